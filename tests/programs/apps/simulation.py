"""A discrete event simulation: processes are generators that yield what they wait for.

Customers arrive at a repair shop, queue for a counter, some cars need a lift and parts from a shared store; a manager
closes the shop at the end of the day. Everything random comes from seeded generators, so every run is the same.
"""
import heapq
import random
import statistics
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import count


class Interrupt(Exception):
    """Thrown into a process that another one interrupts."""


class Event:
    """Something that happens once; processes wait for it by yielding it."""

    def __init__(self, env):
        self.env, self.callbacks, self.triggered, self.value = env, [], False, None

    def succeed(self, value=None, delay=0.0):
        if self.triggered:
            raise RuntimeError("an event happens only once")
        self.triggered, self.value = True, value
        self.env.schedule(self, delay)
        return self

    def __or__(self, other): return AnyOf(self.env, [self, other])


class Timeout(Event):
    def __init__(self, env, delay, value=None):
        if delay < 0:
            raise ValueError(f"negative delay {delay}")
        super().__init__(env)
        self.succeed(value, delay)


class AnyOf(Event):
    def __init__(self, env, events):
        super().__init__(env)
        for event in events:
            event.callbacks.append(self.check)

    def check(self, event):
        if not self.triggered:
            self.succeed(event)


class Process(Event):
    def __init__(self, env, generator, name):
        super().__init__(env)
        self.generator, self.name, self.waiting_for = generator, name, None
        start = Event(env)
        start.callbacks.append(self.resume)
        start.succeed()

    def resume(self, event):
        if self.triggered or (self.waiting_for is not None and event is not self.waiting_for and not isinstance(
                event.value, Interrupt)):
            return
        try:
            if isinstance(event.value, Interrupt):
                target = self.generator.throw(event.value)
            else:
                target = self.generator.send(event.value)
        except StopIteration as stop:
            self.succeed(stop.value)
        except Interrupt as interrupt:
            self.succeed(interrupt)
        else:
            self.waiting_for = target
            target.callbacks.append(self.resume)

    def interrupt(self, reason):
        if not self.triggered:
            signal = Event(self.env)
            signal.callbacks.append(self.resume)
            signal.succeed(Interrupt(reason))


class Environment:
    def __init__(self): self.now, self.queue, self.order, self.processed = 0.0, [], count(), 0

    def schedule(self, event, delay): heapq.heappush(self.queue, (self.now + delay, next(self.order), event))
    def timeout(self, delay, value=None): return Timeout(self, delay, value)
    def process(self, generator, name="process"): return Process(self, generator, name)

    def run(self, until=float("inf")):
        while self.queue and self.queue[0][0] <= until:
            self.now, _, event = heapq.heappop(self.queue)
            self.processed += 1
            callbacks, event.callbacks = event.callbacks, []
            for callback in callbacks:
                callback(event)
        self.now = min(until, self.now) if self.queue else self.now


class Resource:
    """A number of equal places; requests are served in order of priority, then of arrival."""

    def __init__(self, env, capacity):
        self.env, self.capacity, self.users, self.waiting, self.order = env, capacity, [], [], count()
        self.busy_time, self.changed = 0.0, 0.0

    def _account(self):
        self.busy_time += len(self.users) * (self.env.now - self.changed)
        self.changed = self.env.now

    def request(self, priority=0):
        event = Event(self.env)
        heapq.heappush(self.waiting, (priority, next(self.order), event))
        self._serve()
        return event

    def release(self, event):
        self._account()
        if event in self.users:
            self.users.remove(event)
        else:
            self.waiting = [entry for entry in self.waiting if entry[2] is not event]
            heapq.heapify(self.waiting)
        self._serve()

    def _serve(self):
        while self.waiting and len(self.users) < self.capacity:
            self._account()
            event = heapq.heappop(self.waiting)[2]
            self.users.append(event)
            event.succeed(event)

    def utilisation(self):
        self._account()
        return self.busy_time / (self.capacity * self.env.now)


class Store:
    """Things that are put and got; a getter waits while there is nothing."""

    def __init__(self, env, items=()): self.env, self.items, self.getters = env, deque(items), deque()

    def put(self, item):
        if self.getters:
            self.getters.popleft().succeed(item)
        else:
            self.items.append(item)

    def get(self):
        event = Event(self.env)
        if self.items:
            event.succeed(self.items.popleft())
        else:
            self.getters.append(event)
        return event


class Outcome(Enum):
    DONE = auto()
    GAVE_UP = auto()
    SENT_HOME = auto()


@dataclass
class Statistics:
    waits: list[float] = field(default_factory=list)
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    log: list[str] = field(default_factory=list)


class Shop:
    def __init__(self, env, seed):
        self.env, self.random, self.stats = env, random.Random(seed), Statistics()
        self.counter, self.lifts, self.parts = Resource(env, 2), Resource(env, 1), Store(env,
            [f"part {i}" for i in range(3)])
        self.open, self.inside = True, {}

    def note(self, text): self.stats.log.append(f"{self.env.now:7.2f}  {text}")

    @contextmanager
    def present(self, name, process):
        self.inside[name] = process
        try:
            yield
        finally:
            del self.inside[name]

    def arrivals(self):
        for number in count(1):
            yield self.env.timeout(self.random.expovariate(1 / 6))
            if not self.open:
                return number - 1
            name = f"customer {number}"
            self.inside[name] = self.env.process(self.customer(name, vip=number % 7 == 0), name)

    def customer(self, name, vip):
        arrived = self.env.now
        with self.present(name, self.inside.get(name)):
            request = self.counter.request(priority=-1 if vip else 0)
            try:
                patience = self.env.timeout(self.random.uniform(5, 25))
                happened = yield request | patience
                if happened is patience and not request.triggered:
                    self.stats.outcomes[Outcome.GAVE_UP] += 1
                    self.note(f"{name} gives up after {self.env.now - arrived:.1f} minutes")
                    return
                self.stats.waits.append(self.env.now - arrived)
                yield self.env.timeout(self.random.gauss(8, 2) if self.random.random() < 0.7 else 15)
                if self.random.random() < 0.4:
                    yield from self.repair(name)
                self.stats.outcomes[Outcome.DONE] += 1
            except Interrupt as reason:
                self.stats.outcomes[Outcome.SENT_HOME] += 1
                self.note(f"{name} is sent home: {reason}")
            finally:
                self.counter.release(request)

    def repair(self, name):
        lift = self.lifts.request()
        try:
            yield lift
            part = yield self.parts.get()
            self.note(f"{name} on the lift, using {part}")
            yield self.env.timeout(self.random.triangular(5, 20, 9))
        finally:
            self.lifts.release(lift)

    def deliveries(self):
        for number in count(3):
            yield self.env.timeout(35)
            self.parts.put(f"part {number}")

    def closing(self, at):
        yield self.env.timeout(at)
        self.open = False
        self.note(f"closing with {len(self.inside)} inside")
        yield self.env.timeout(30)
        for process in list(self.inside.values()):
            process.interrupt("past closing time")


def run_day(seed, minutes=240):
    env = Environment()
    shop = Shop(env, seed)
    arrivals = env.process(shop.arrivals(), "arrivals")
    env.process(shop.deliveries(), "deliveries")
    env.process(shop.closing(minutes), "closing")
    env.run(until=minutes + 60)
    return shop, arrivals.value


def main():
    shop, customers = run_day(1)
    print(*shop.stats.log, sep="\n")
    print(f"{customers} customers, {shop.env.processed} events, now {shop.env.now:.3f}")
    print({outcome.name: n for outcome, n in shop.stats.outcomes.items()})
    print(f"waiting: mean {statistics.mean(shop.stats.waits):.3f}, median {statistics.median(shop.stats.waits):.3f}, longest {max(shop.stats.waits):.3f}")
    print(f"counter {shop.counter.utilisation():.1%}, lift {shop.lifts.utilisation():.1%}")
    totals = dict.fromkeys(Outcome, 0)
    means = []
    for seed in range(2, 22):
        shop, _ = run_day(seed)
        means.append(statistics.mean(shop.stats.waits))
        for outcome, n in shop.stats.outcomes.items():
            totals[outcome] += n
    print("twenty days:", {outcome.name: n for outcome, n in totals.items()},
        f"mean wait {statistics.fmean(means):.4f} +- {statistics.stdev(means):.4f}")
    env = Environment()
    for bad in (lambda: env.timeout(-1), lambda: Event(env).succeed().succeed()):
        try:
            bad()
        except (ValueError, RuntimeError) as error:
            print(type(error).__name__, error)

    def ping(name, other, rounds):
        for i in range(rounds):
            ball = yield mailboxes[name].get()
            print(f"{env.now:4.1f} {name} hits {ball}")
            yield env.timeout(1.5)
            mailboxes[other].put(ball + 1)
        return name

    mailboxes = {"ping": Store(env, [0]), "pong": Store(env)}
    players = [env.process(ping("ping", "pong", 3)), env.process(ping("pong", "ping", 3))]
    env.run()
    print([p.value for p in players], env.now, list(mailboxes["ping"].items))


if __name__ == "__main__":
    main()
