"""A threaded producer-consumer pipeline: bounded queues, workers, poison pills, errors, back-pressure, shutdown.

A "crawl" of a made-up web: fetchers get pages, parsers extract links and words, an indexer builds an inverted index.
The order in which threads run differs from run to run; what is printed does not.
"""
import itertools
import queue
import random
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau".split()


class PageError(Exception):
    pass


class Web:
    """Sixty pages that link to each other; some are missing, some fail the first time."""

    def __init__(self, size=60, seed=3):
        rng = random.Random(seed)
        self.pages = {}
        for n in range(size):
            links = sorted(rng.sample(range(size + 5), rng.randrange(1, 6)))
            text = " ".join(rng.choices(WORDS, k=rng.randrange(20, 60)))
            self.pages[f"/page/{n}"] = text + "".join(f" [/page/{link}]" for link in links)
        self.flaky = {f"/page/{n}" for n in range(0, size, 7)}
        self.requests = Counter()
        self.lock = threading.Lock()

    def get(self, url):
        with self.lock:
            self.requests[url] += 1
            attempt = self.requests[url]
        time.sleep(0.0005)
        if url in self.flaky and attempt == 1:
            raise ConnectionError(f"{url} timed out")
        if url not in self.pages:
            raise PageError(f"404 {url}")
        return self.pages[url]


class CountingLatch:
    """Knows how much work is under way; `wait` returns when all of it is done."""

    def __init__(self): self.count, self.changed = 0, threading.Condition()

    def up(self, n=1):
        with self.changed:
            self.count += n

    def down(self):
        with self.changed:
            self.count -= 1
            if self.count == 0:
                self.changed.notify_all()

    def wait(self, timeout=None):
        with self.changed:
            return self.changed.wait_for(lambda: self.count == 0, timeout)


@dataclass
class Stage:
    """Some threads that take from one queue and put into the next, until they are told to stop."""

    name: str
    function: object
    source: queue.Queue
    target: object
    workers: int = 2
    errors: list = field(default_factory=list)
    handled: Counter = field(default_factory=Counter)
    STOP = object()

    def start(self):
        self.threads = [threading.Thread(target=self.run, name=f"{self.name}-{i}") for i in range(self.workers)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while (item := self.source.get()) is not Stage.STOP:
            try:
                for result in self.function(item):
                    self.target(result)
            except Exception as error:
                error.item = item
                self.errors.append(error)
            finally:
                self.handled[threading.current_thread().name] += 1
                self.source.task_done()
        self.source.task_done()

    def stop(self):
        for _ in self.threads:
            self.source.put(Stage.STOP)
        for thread in self.threads:
            thread.join()


class Crawler:
    def __init__(self, web, workers=4, limit=8):
        self.web, self.latch = web, CountingLatch()
        self.urls, self.pages, self.words = queue.Queue(), queue.Queue(limit), queue.Queue(limit)
        self.seen, self.seen_lock = set(), threading.Lock()
        self.index, self.retries = defaultdict(set), Counter()
        self.peak = 0
        self.stages = [Stage("fetch", self.fetch, self.urls, self.pages.put, workers),
            Stage("parse", self.parse, self.pages, self.words.put),
                       Stage("index", self.store, self.words, lambda result: None, 1)]

    def add(self, url):
        with self.seen_lock:
            if url in self.seen:
                return
            self.seen.add(url)
        self.latch.up()
        self.urls.put(url)

    def fetch(self, url):
        for attempt in range(3):
            try:
                yield url, self.web.get(url)
                return
            except ConnectionError:
                with self.seen_lock:
                    self.retries[url] += 1
            except PageError:
                self.latch.down()
                raise
        self.latch.down()

    def parse(self, page):
        url, text = page
        words = []
        for word in text.split():
            if word.startswith("["):
                self.add(word.strip("[]"))
            else:
                words.append(word)
        yield url, words
        self.peak = max(self.peak, self.words.qsize())

    def store(self, entry):
        url, words = entry
        for word in words:
            self.index[word].add(url)
        self.latch.down()
        return ()

    @contextmanager
    def running(self):
        for stage in self.stages:
            stage.start()
        try:
            yield self
        finally:
            for stage in self.stages:
                stage.stop()

    def crawl(self, *starts):
        with self.running():
            for url in starts:
                self.add(url)
            return self.latch.wait(timeout=60)


def serial_crawl(web, start):
    """What the threads must come to, computed without any."""
    todo, seen, index, missing = [start], {start}, defaultdict(set), []
    while todo:
        url = todo.pop()
        if url not in web.pages:
            missing.append(url)
            continue
        for word in web.pages[url].split():
            if not word.startswith("["):
                index[word].add(url)
            elif (link := word.strip("[]")) not in seen:
                seen.add(link)
                todo.append(link)
    return index, seen, sorted(missing)


def demo_crawler():
    web = Web()
    crawler = Crawler(web)
    print("finished:", crawler.crawl("/page/1"))
    index, seen, missing = serial_crawl(web, "/page/1")
    fetch, parse, store = crawler.stages
    print(len(seen), crawler.seen == seen, dict(crawler.index) == dict(index), len(index))
    print([sorted(e.item for e in fetch.errors) == missing, missing, sorted({type(e).__name__ for e in fetch.errors}),
        parse.errors, store.errors])
    print(sum(fetch.handled.values()), sum(parse.handled.values()), sum(store.handled.values()),
        sorted(crawler.retries) == sorted(web.flaky & seen), set(crawler.retries.values()))
    print(crawler.peak <= 8, crawler.urls.empty(), crawler.urls.unfinished_tasks, threading.active_count())
    print([(word, len(urls)) for word, urls in sorted(index.items(), key=lambda item: (-len(item[1]), item[0]))[:5]])


def demo_back_pressure():
    """A fast producer can be at most `limit` items ahead of a slow consumer."""
    buffer, produced, consumed, gaps = queue.Queue(4), itertools.count(), [], []

    def producer():
        for _ in range(50):
            n = next(produced)
            buffer.put(n)
            gaps.append(n - len(consumed))
        buffer.put(None)

    def consumer():
        while (n := buffer.get()) is not None:
            time.sleep(0.0002)
            consumed.append(n)

    threads = [threading.Thread(target=f) for f in (producer, consumer)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(consumed == list(range(50)), max(gaps) <= 6, len(gaps))


class BoundedBuffer:
    """The classic buffer, by hand: one lock, two conditions."""

    def __init__(self, size):
        self.items, self.size = [], size
        self.lock = threading.Lock()
        self.not_full, self.not_empty = threading.Condition(self.lock), threading.Condition(self.lock)
        self.closed = False

    def put(self, item):
        with self.not_full:
            self.not_full.wait_for(lambda: len(self.items) < self.size or self.closed)
            if self.closed:
                raise ValueError("put on a closed buffer")
            self.items.append(item)
            self.not_empty.notify()

    def __iter__(self):
        while True:
            with self.not_empty:
                self.not_empty.wait_for(lambda: self.items or self.closed)
                if not self.items:
                    return
                item = self.items.pop(0)
                self.not_full.notify()
            yield item

    def close(self):
        with self.lock:
            self.closed = True
            self.not_empty.notify_all()
            self.not_full.notify_all()


def demo_buffer():
    buffer, results, lock = BoundedBuffer(3), [], threading.Lock()

    def worker():
        for n in buffer:
            with lock:
                results.append(n * n)

    workers = [threading.Thread(target=worker) for _ in range(3)]
    for thread in workers: thread.start()
    producers = [threading.Thread(target=lambda k=k: [buffer.put(n) for n in range(k, 90, 3)]) for k in range(3)]
    for thread in producers: thread.start()
    for thread in producers: thread.join()
    buffer.close()
    for thread in workers: thread.join()
    print(sorted(results) == [n * n for n in range(90)])
    try:
        buffer.put(1)
    except ValueError as error:
        print(error)


def demo_phases():
    """A barrier keeps three workers in step; each phase reads what the others wrote in the one before."""
    size, rounds = 3, 5
    cells, log = [1, 2, 3], []
    barrier = threading.Barrier(size, action=lambda: log.append(tuple(cells)))

    def worker(i):
        for _ in range(rounds):
            new = cells[i] + cells[(i + 1) % size]
            barrier.wait()
            cells[i] = new
            barrier.wait()

    threads = [threading.Thread(target=worker, args=(i,)) for i in range(size)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(log[::2], cells)
    timed = threading.Barrier(2)
    try:
        timed.wait(0.01)
    except threading.BrokenBarrierError as error:
        print(type(error).__name__, timed.broken)


def demo_pool():
    def risky(n):
        if n % 4 == 0:
            raise ValueError(f"no {n}")
        return n ** 2

    with ThreadPoolExecutor(3, thread_name_prefix="pool") as pool:
        futures = [pool.submit(risky, n) for n in range(8)]
        print([f.result() if f.exception() is None else str(f.exception()) for f in futures])
        done = threading.Event()
        late = pool.submit(done.wait, 5)
        late.add_done_callback(lambda f: results.append(f.result()))
        results = []
        done.set()
    print(results, threading.active_count())


if __name__ == "__main__":
    demo_crawler()
    demo_back_pressure()
    demo_buffer()
    demo_phases()
    demo_pool()
