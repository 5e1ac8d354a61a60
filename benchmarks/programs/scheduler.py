"""A small operating system: tasks of several kinds exchange packets through a scheduler with priorities."""


class Packet:
    def __init__(self, link, ident, kind):
        self.link, self.ident, self.kind, self.datum, self.data = link, ident, kind, 0, [0] * 4


def append(packet, queue):
    packet.link = None
    if queue is None:
        return packet
    last = queue
    while last.link is not None:
        last = last.link
    last.link = packet
    return queue


class Task:
    def __init__(self, system, ident, priority, queue, waiting):
        self.system, self.ident, self.priority, self.queue = system, ident, priority, queue
        self.packet_pending, self.waiting, self.holding = queue is not None, waiting, False
        self.next = system.first
        system.first = self
        system.table[ident] = self

    def stuck(self): return self.holding or (not self.packet_pending and self.waiting)

    def offer(self, packet, old):
        if self.queue is None:
            self.queue = packet
            self.packet_pending = True
            if self.priority > old.priority:
                return self
        else:
            append(packet, self.queue)
        return old

    def run(self):
        packet = None
        if self.waiting and self.packet_pending:
            packet = self.queue
            self.queue = packet.link
            self.waiting = False
            self.packet_pending = self.queue is not None
        return self.step(packet)

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.system.holds += 1
        self.holding = True
        return self.next

    def release(self, ident):
        task = self.system.table[ident]
        task.holding = False
        return task if task.priority > self.priority else self

    def send(self, packet):
        task = self.system.table[packet.ident]
        self.system.sent += 1
        packet.link, packet.ident = None, self.ident
        return task.offer(packet, self)


class Idle(Task):
    control, count = 1, 0

    def step(self, packet):
        self.count += 1
        if self.count >= self.system.limit:
            return self.hold()
        if self.control & 1:
            self.control = self.control >> 1 ^ 0xD008
            return self.release(5)
        self.control >>= 1
        return self.release(4)


class Worker(Task):
    destination, letter = 2, 0

    def step(self, packet):
        if packet is None:
            return self.wait()
        self.destination = 3 if self.destination == 2 else 2
        packet.ident, packet.datum = self.destination, 0
        for i in range(4):
            self.letter = self.letter + 1 if self.letter < 26 else 1
            packet.data[i] = 64 + self.letter
        return self.send(packet)


class Handler(Task):
    work = devices = None

    def step(self, packet):
        if packet is not None:
            if packet.kind == "work":
                self.work = append(packet, self.work)
            else:
                self.devices = append(packet, self.devices)
        work = self.work
        if work is not None:
            count = work.datum
            if count >= 4:
                self.work = work.link
                return self.send(work)
            device = self.devices
            if device is not None:
                self.devices = device.link
                device.datum = work.data[count]
                work.datum = count + 1
                return self.send(device)
        return self.wait()


class Device(Task):
    pending = None

    def step(self, packet):
        if packet is None:
            packet = self.pending
            if packet is None:
                return self.wait()
            self.pending = None
            return self.send(packet)
        self.pending = packet
        return self.hold()


class System:
    def __init__(self, limit):
        self.first, self.table, self.holds, self.sent, self.limit = None, {}, 0, 0, limit
        Idle(self, 0, 0, None, False)
        Worker(self, 1, 1000, Packet(Packet(None, 2, "work"), 2, "work"), True)
        for ident, device in ((2, 4), (3, 5)):
            queue = None
            for _ in range(3):
                queue = Packet(queue, device, "device")
            Handler(self, ident, ident * 1000, queue, True)
        for ident in (4, 5):
            Device(self, ident, ident * 1000, None, True)

    def run(self):
        task = self.first
        while task is not None:
            task = task.next if task.stuck() else task.run()
        return self.holds, self.sent


print([System(limit).run() for limit in (1_000, 10_000, 90_000)])
