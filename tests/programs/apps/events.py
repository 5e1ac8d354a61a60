"""An event system: typed events, weakly held listeners, priorities, propagation up a tree, deferred delivery."""
from __future__ import annotations

import bisect
import contextlib
import gc
import inspect
import itertools
import weakref
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator


@dataclass
class Event:
    source: Any = field(default=None, repr=False)
    handled: bool = field(default=False, init=False, repr=False)

    def stop(self) -> None:
        self.handled = True


@dataclass
class Changed(Event):
    name: str = ""
    old: Any = None
    new: Any = None


@dataclass
class Clicked(Event):
    x: int = 0
    y: int = 0


@dataclass
class DoubleClicked(Clicked):
    pass


class Listener:
    """One registration. The callback is held weakly, methods by WeakMethod, so that listening keeps nothing alive."""

    _order = itertools.count()

    def __init__(self, hub: Hub, kind: type[Event], callback: Callable, priority: int, once: bool, strong: bool):
        self.kind, self.once, self.active = kind, once, True
        self.sort_key = (-priority, next(self._order))
        self._hub = weakref.ref(hub)
        if strong:
            self._get = lambda: callback
        elif inspect.ismethod(callback):
            self._get = weakref.WeakMethod(callback, self._vanished)
        else:
            self._get = weakref.ref(callback, self._vanished)

    def _vanished(self, _ref) -> None:
        self.cancel()

    def __lt__(self, other: Listener) -> bool:
        return self.sort_key < other.sort_key

    def deliver(self, event: Event) -> bool:
        callback = self._get()
        if callback is None or not self.active:
            return False
        if self.once:
            self.cancel()
        callback(event)
        return True

    def cancel(self) -> None:
        hub = self._hub()
        if self.active and hub is not None:
            hub._listeners.remove(self)
            hub.stats["cancelled"] += 1
        self.active = False


class Hub:
    """Delivers events to listeners; may have a parent, to which unhandled events go on."""

    def __init__(self, name: str, parent: Hub | None = None):
        self.name, self._parent = name, weakref.ref(parent) if parent is not None else lambda: None
        self._listeners: list[Listener] = []
        self._queue: deque[Event] | None = None
        self.stats: Counter[str] = Counter()
        self.errors: list[BaseException] = []
        self.children: weakref.WeakSet[Hub] = weakref.WeakSet()
        if parent is not None:
            parent.children.add(self)

    def on(self, kind: type[Event], callback: Callable | None = None, *, priority: int = 0, once: bool = False,
            strong: bool = False):
        if callback is None:
            def decorate(function):
                self.on(kind, function, priority=priority, once=once, strong=strong)
                return function
            return decorate
        listener = Listener(self, kind, callback, priority, once, strong)
        bisect.insort(self._listeners, listener)
        return listener

    def emit(self, event: Event) -> int:
        """Deliver (or queue, inside `deferred`), and return how many listeners were called."""
        if event.source is None:
            event.source = self
        if self._queue is not None:
            self._queue.append(event)
            return 0
        delivered = 0
        for listener in list(self._listeners):
            if event.handled:
                break
            if isinstance(event, listener.kind):
                try:
                    delivered += listener.deliver(event)
                except Exception as error:
                    self.errors.append(error)
                    self.stats["errors"] += 1
        self.stats[type(event).__name__] += 1
        parent = self._parent()
        if parent is not None and not event.handled:
            delivered += parent.emit(event)
        return delivered

    @contextlib.contextmanager
    def deferred(self, *, merge: bool = False) -> Iterator[None]:
        if self._queue is not None:
            yield
            return
        self._queue = deque()
        try:
            yield
        finally:
            queue, self._queue = self._queue, None
            if merge:
                merged: dict[tuple, Event] = {}
                for event in queue:
                    key = (type(event), getattr(event, "name", None), id(event.source))
                    if key in merged and isinstance(event, Changed):
                        event.old = merged.pop(key).old
                    merged[key] = event
                queue = deque(merged.values())
            while queue:
                self.emit(queue.popleft())

    def __len__(self): return len(self._listeners)
    def __repr__(self): return f"<Hub {self.name}: {len(self)} listeners>"


class Observable:
    """A descriptor whose changes are emitted on the owner's hub; values are kept per instance, weakly."""

    def __init__(self, default: Any = None, check: Callable[[Any], bool] = lambda value: True):
        self.default, self.check = default, check
        self.values: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()

    def __set_name__(self, owner, name): self.name = name

    def __get__(self, instance, owner):
        return self if instance is None else self.values.get(instance, self.default)

    def __set__(self, instance, value):
        if not self.check(value):
            raise ValueError(f"{value!r} is no {self.name}")
        old = self.__get__(instance, type(instance))
        if old != value:
            self.values[instance] = value
            instance.hub.emit(Changed(instance, self.name, old, value))


class Widget:
    width = Observable(10, lambda value: value > 0)
    title = Observable("")

    def __init__(self, name: str, parent: Widget | None = None):
        self.name, self.parent = name, parent
        self.hub = Hub(name, parent.hub if parent else None)
        self.log: list[str] = []

    def on_change(self, event: Changed) -> None:
        self.log.append(f"{event.source.name}.{event.name}: {event.old!r} -> {event.new!r}")

    def __repr__(self): return f"Widget({self.name})"


class Recorder:
    def __init__(self, label): self.label, self.seen = label, []
    def __call__(self, event): self.seen.append(event)
    def handle(self, event): self.seen.append(f"{self.label}:{type(event).__name__}")
    def __del__(self): print(f"recorder {self.label} is gone after {len(self.seen)} events")


def basics():
    print("-- basics")
    hub = Hub("main")
    log = []

    @hub.on(Clicked)
    def clicked(event): log.append(f"clicked {event.x},{event.y}")

    @hub.on(Event, priority=10)
    def everything(event): log.append(f"first {type(event).__name__}")

    @hub.on(DoubleClicked, priority=5)
    def double(event):
        log.append("double stops it")
        event.stop()

    once = hub.on(Clicked, lambda event: log.append("once"), once=True, strong=True)
    weak_lambda = hub.on(Clicked, lambda event: log.append("never: nobody holds this function"))
    print(hub.emit(Clicked(x=1, y=2)), hub.emit(DoubleClicked(x=3)), hub.emit(Clicked()), hub.emit(Event()))
    print(*log, sep="; ")
    print(hub, once.active, weak_lambda.active, dict(hub.stats))
    del everything
    print(hub, hub.emit(Event()))


def lifetimes():
    print("-- lifetimes")
    hub = Hub("life")
    a, b = Recorder("a"), Recorder("b")
    hub.on(Event, a.handle)
    hub.on(Event, b)
    hub.on(Event, b.handle, priority=-1)
    hub.emit(Clicked())
    print(len(hub), a.seen, b.seen)
    del a
    print(len(hub), hub.emit(Event()))
    b.self = b
    del b
    print("before collection:", len(hub))
    gc.collect()
    print("after collection:", len(hub), hub.emit(Event()), hub.stats["cancelled"])


def bubbling():
    print("-- bubbling")
    window = Widget("window")
    panel = Widget("panel", window)
    button = Widget("button", panel)
    window.hub.on(Changed, window.on_change)
    panel.hub.on(Changed, panel.on_change)
    button.width = 20
    button.title = "OK"
    button.title = "OK"
    panel.width = 30

    @panel.hub.on(Changed, priority=100)
    def censor(event):
        if event.name == "title":
            event.stop()

    button.title = "Cancel"
    with panel.hub.deferred(merge=True):
        for width in (21, 22, 23):
            button.width = width
        panel.width = 31
        print("inside:", len(panel.log), len(window.log))
    print(panel.log, window.log, sep="\n")
    try:
        button.width = -5
    except ValueError as error:
        print(error, button.width)
    print(sorted(child.name for child in window.hub.children), len(Widget.width.values))
    del button
    gc.collect()
    print(len(panel.hub.children), len(Widget.width.values), Widget.title.values.get(panel))


def errors():
    print("-- errors")
    hub = Hub("errors")
    calls = []

    @hub.on(Event)
    def broken(event): raise RuntimeError(f"cannot handle {type(event).__name__}")

    @hub.on(Event)
    def fine(event): calls.append(event)

    @hub.on(Clicked)
    def adds_more(event):
        if len(hub) < 6:
            hub.on(Clicked, fine)

    @hub.on(Clicked, priority=1)
    def removes(event): listener.cancel()

    listener = hub.on(Clicked, lambda event: calls.append("cancelled before it is called"), strong=True)
    print([hub.emit(Clicked()) for _ in range(4)], len(calls), hub, [str(e) for e in hub.errors], hub.stats["errors"])
    nested = Hub("nested")

    @nested.on(Clicked)
    def again(event):
        if event.x < 5:
            nested.emit(Clicked(x=event.x + 1))
            calls.append(event.x)

    calls.clear()
    nested.emit(Clicked())
    print(calls, nested.stats)


if __name__ == "__main__":
    basics()
    lifetimes()
    bubbling()
    errors()
