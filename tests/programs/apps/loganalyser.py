"""A log analyser: parses web server and application logs with regular expressions, and reports what they say."""
from __future__ import annotations

import argparse
import io
import random
import re
import sys
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import groupby
from typing import Iterable, Iterator, NamedTuple

ACCESS = re.compile(r"""
    ^(?P<host>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]+)\s
    (?P<ident>\S+)\s(?P<user>\S+)\s
    \[(?P<time>\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}\s[+-]\d{4})\]\s
    "(?P<request>(?:[^"\\]|\\.)*)"\s
    (?P<status>\d{3})\s(?P<size>\d+|-)
    (?:\s"(?P<referrer>(?:[^"\\]|\\.)*)"\s"(?P<agent>(?:[^"\\]|\\.)*)")?
    (?:\s(?P<seconds>\d+\.\d+))?\s*$
""", re.VERBOSE)
REQUEST = re.compile(r"(?P<method>[A-Z]+) (?P<path>[^\s?]*)(?:\?(?P<query>\S*))? HTTP/(?P<version>\d\.\d)")
APPLICATION = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(?P<millis>\d{3}) (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) \[(?P<name>[\w.]+)\] (?P<message>.*)$")
FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>\S+)$')
ERROR = re.compile(r"^(?P<type>[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)): ?(?P<text>.*)$")
SUSPICIOUS = re.compile(r"\.\./|<script|\bunion\s+select\b|;\s*drop\s|%00|/etc/passwd", re.IGNORECASE)
BOT = re.compile(r"(?P<name>\w*?(?:bot|crawler|spider))\b", re.IGNORECASE)
VARIABLE = re.compile(r"\b(?:0x[0-9a-f]+|\d+(?:\.\d+)?|[0-9a-f]{8}-[0-9a-f-]{27})\b|'[^']*'")


@dataclass(frozen=True)
class Access:
    host: str
    user: str | None
    time: datetime
    method: str
    path: str
    query: dict[str, str]
    status: int
    size: int
    agent: str
    seconds: float | None

    @property
    def ok(self) -> bool: return self.status < 400

    @classmethod
    def parse(cls, line: str) -> Access | None:
        match = ACCESS.match(line)
        if match is None:
            return None
        request = REQUEST.fullmatch(match["request"])
        query = dict(re.findall(r"([^&=]+)=([^&]*)", request["query"] or "")) if request else {}
        return cls(match["host"], None if match["user"] == "-" else match["user"],
            datetime.strptime(match["time"], "%d/%b/%Y:%H:%M:%S %z"), request["method"] if request else "?",
                   unquote(request["path"]) if request else match["request"], {k: unquote(v) for k, v in query.items()},
                       int(match["status"]), 0 if match["size"] == "-" else int(match["size"]), match["agent"] or "",
                       float(match["seconds"]) if match["seconds"] else None)


class Record(NamedTuple):
    time: datetime
    level: str
    name: str
    message: str
    traceback: tuple[str, ...]

    @property
    def template(self) -> str:
        """The message with its numbers and quoted parts replaced, to group like with like."""
        return VARIABLE.sub("<*>", self.message)


def unquote(text: str) -> str:
    data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text.replace("+", " ").encode())
    return data.decode("utf-8", "replace")


def read_application(lines: Iterable[str]) -> Iterator[Record | str]:
    """Yield records, each with the lines of the traceback that follows it; lines that fit nowhere are yielded as text."""
    current = None
    extra: list[str] = []
    for line in map(str.rstrip, lines):
        match = APPLICATION.match(line)
        if match:
            if current:
                yield Record(*current, tuple(extra))
            time = datetime.strptime(match["time"], "%Y-%m-%d %H:%M:%S") + timedelta(milliseconds=int(match["millis"]))
            current, extra = (time, match["level"], match["name"], match["message"]), []
        elif current and (line.startswith(("Traceback", "  ")) or ERROR.match(line)):
            extra.append(line)
        elif line:
            yield line
    if current:
        yield Record(*current, tuple(extra))


class Histogram:
    def __init__(self, values: Iterable[float], bins: int = 8):
        self.values = sorted(values)
        self.bins = bins

    def quantile(self, q: float) -> float:
        if not self.values:
            return 0.0
        position = q * (len(self.values) - 1)
        low = int(position)
        high = min(low + 1, len(self.values) - 1)
        return self.values[low] + (position - low) * (self.values[high] - self.values[low])

    def lines(self, width=40) -> Iterator[str]:
        if not self.values:
            return
        low, high = self.values[0], self.values[-1]
        step = (high - low) / self.bins or 1
        counts = Counter(min(int((value - low) / step), self.bins - 1) for value in self.values)
        most = max(counts.values())
        for i in range(self.bins):
            yield f"{low + i * step:8.3f} |{'#' * round(width * counts[i] / most):<{width}}| {counts[i]}"


def sessions(records: list[Access], gap=timedelta(minutes=30)) -> dict[str, list[list[Access]]]:
    """The requests of each visitor, cut where nothing came for longer than `gap`."""
    result: dict[str, list[list[Access]]] = defaultdict(list)
    for record in sorted(records, key=lambda r: r.time):
        visits = result[record.user or record.host]
        if visits and record.time - visits[-1][-1].time <= gap:
            visits[-1].append(record)
        else:
            visits.append([record])
    return result


def bursts(records: list[Access], window=timedelta(seconds=60), limit=8) -> Iterator[tuple[str, datetime, int]]:
    recent: dict[str, deque[datetime]] = defaultdict(deque)
    reported: dict[str, datetime] = {}
    for record in records:
        times = recent[record.host]
        times.append(record.time)
        while times[0] < record.time - window:
            times.popleft()
        if len(times) > limit and record.time - reported.get(record.host, record.time - 2 * window) > window:
            reported[record.host] = record.time
            yield record.host, record.time, len(times)


def table(title: str, rows: Iterable[tuple], *headers: str) -> None:
    rows = [tuple(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *rows)]
    print(f"\n{title}\n" + "  ".join(h.ljust(w) for h, w in zip(headers, widths)).rstrip())
    for row in rows:
        print("  ".join(cell.rjust(w) if cell.replace(".", "").isdigit() else cell.ljust(w) for cell,
            w in zip(row, widths)).rstrip())


def analyse_access(lines: Iterable[str], top: int) -> None:
    records, bad = [], []
    for number, line in enumerate(lines, 1):
        record = Access.parse(line)
        records.append(record) if record else bad.append((number, line.strip()[:60]))
    print(f"{len(records)} requests from {len({r.host for r in records})} hosts, {sum(r.size for r in records):,} bytes, {min(r.time for r in records):%d %b %H:%M} to {max(r.time for r in records):%d %b %H:%M}")
    table("Lines that cannot be read", bad, "line", "text")
    paths = Counter(re.sub(r"/\d+(?=/|$)", "/<n>", r.path) for r in records)
    times = defaultdict(list)
    for r in records:
        if r.seconds is not None:
            times[re.sub(r"/\d+(?=/|$)", "/<n>", r.path)].append(r.seconds)
    table("Busiest paths", ((p, n, f"{Histogram(times[p]).quantile(0.5):.3f}",
        f"{Histogram(times[p]).quantile(0.95):.3f}") for p, n in paths.most_common(top)), "path", "requests", "median",
        "95%")
    table("Status", sorted((f"{s}", n, f"{n / len(records):.1%}") for s,
        n in Counter(r.status for r in records).items()), "code", "requests", "share")
    table("By hour", ((f"{hour:%H}:00", len(group := list(g)), sum(not r.ok for r in group)) for hour,
        g in groupby(sorted(records, key=lambda r: r.time), key=lambda r: r.time.replace(minute=0, second=0))), "hour",
        "requests", "errors")
    print("\nSeconds")
    print(*Histogram(r.seconds for r in records if r.seconds is not None).lines(), sep="\n")
    table("Bots", Counter(m["name"] for r in records if (m := BOT.search(r.agent))).most_common(), "name", "requests")
    visits = sessions(records)
    longest = max((v for vs in visits.values() for v in vs), key=len)
    print(f"\n{sum(map(len, visits.values()))} visits of {len(visits)} visitors; the longest has {len(longest)} requests in {longest[-1].time - longest[0].time}")
    table("Bursts", ((h, f"{t:%H:%M:%S}", n) for h, t, n in bursts(records)), "host", "at", "requests")
    table("Suspicious", sorted({(r.host, r.path[:40], ", ".join(f"{k}={v}" for k,
        v in r.query.items())[:40]) for r in records if SUSPICIOUS.search(r.path) or any(
        SUSPICIOUS.search(v) for v in r.query.values())}), "host", "path", "query")
    users = {r.user for r in records if r.user}
    logins = {user: Counter(r.status for r in records if r.user == user and r.path == "/login") for user in sorted(
        users)}
    table("Logins", ((user, c[200], c[403]) for user, c in logins.items()), "user", "successful", "refused")


def analyse_application(lines: Iterable[str], top: int) -> None:
    records: list[Record] = []
    loose = []
    for item in read_application(lines):
        (records if isinstance(item, Record) else loose).append(item)
    print(f"\n{len(records)} records, {len(loose)} loose lines: {loose}")
    levels = Counter(r.level for r in records)
    print(" ".join(f"{level}={levels[level]}" for level in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")))
    table("Messages", ((n, t) for t, n in Counter(r.template for r in records).most_common(top)), "times", "message")
    crashes: dict[tuple, list[Record]] = defaultdict(list)
    for r in records:
        if r.traceback:
            error = ERROR.match(r.traceback[-1])
            frames = [m for line in r.traceback if (m := FRAME.match(line))]
            where = f"{frames[-1]['file']}:{frames[-1]['line']} in {frames[-1]['function']}" if frames else "?"
            crashes[error["type"] if error else "?", where].append(r)
    table("Crashes", ((len(rs), kind, where, f"{rs[0].time:%H:%M:%S.%f}"[:-3]) for (kind, where),
        rs in sorted(crashes.items(), key=lambda item: -len(item[1]))), "times", "error", "where", "first")
    waits = [float(m[1]) for r in records if (m := re.search(r"took (\d+\.\d+)s", r.message))]
    print(f"\nqueries: {len(waits)}, slowest {max(waits):.3f}s, 90% below {Histogram(waits).quantile(0.9):.3f}s")


def make_access_log(seed: int) -> str:
    rng = random.Random(seed)
    now = datetime(2024, 3, 9, 6, 0, tzinfo=timezone(timedelta(hours=1)))
    hosts = [f"10.0.{rng.randrange(4)}.{rng.randrange(1, 255)}" for _ in range(12)] + ["2001:db8::1", "192.168.7.66"]
    agents = ["Mozilla/5.0 (X11; Linux x86_64)", "curl/7.88.1", "Mozilla/5.0 (compatible; Googlebot/2.1)",
        r'Odd \"quoted\" agent', "tinyspider 1.0"]
    out = []
    for _ in range(420):
        now += timedelta(seconds=rng.expovariate(1 / 45))
        kind = rng.random()
        method, status = "GET", rng.choices([200, 304, 404, 500], [80, 10, 8, 2])[0]
        user = "-"
        if kind < 0.5:
            path = rng.choice(["/", "/about", f"/article/{rng.randrange(40)}", f"/article/{rng.randrange(40)}/comments",
                "/static/app.js"])
        elif kind < 0.8:
            path = "/search?q=" + rng.choice(["caf%C3%A9+noir", "python", "%3Cscript%3Ealert(1)%3C/script%3E",
                "a&page=2", "1'+UNION+SELECT+*"])
        elif kind < 0.97:
            method, path, user = "POST", "/login", rng.choice(["ada", "bob", "eve"])
            status = 403 if user == "eve" and rng.random() < 0.8 else 200
        else:
            path, status = "/../../etc/passwd", 400
        agent = rng.choice(agents)
        out.append(f'{rng.choice(hosts)} - {user} [{now:%d/%b/%Y:%H:%M:%S %z}] "{method} {path} HTTP/1.1" {status} {rng.choice(["-", rng.randrange(100, 90000)])} "-" "{agent}" {rng.lognormvariate(-3, 1):.3f}')
    for i in range(12):
        out.append(f'192.168.7.66 - - [{now + timedelta(seconds=i):%d/%b/%Y:%H:%M:%S %z}] "GET /article/{i} HTTP/1.0" 200 512')
    out[100:100] = ["garbage that is no log line", '1.2.3.4 - - [bad time] "GET / HTTP/1.1" 200 5',
        '10.0.0.1 - - [09/Mar/2024:06:30:00 +0100] "\\x16\\x03 not http" 400 0']
    return "\n".join(out) + "\n"


def make_application_log(seed: int) -> str:
    rng = random.Random(seed)
    now = datetime(2024, 3, 9, 6, 0)
    out = ["started by hand, no format"]
    for _ in range(150):
        now += timedelta(milliseconds=rng.randrange(10, 90_000))
        stamp = f"{now:%Y-%m-%d %H:%M:%S},{now.microsecond // 1000:03d}"
        kind = rng.randrange(6)
        match kind:
            case 0 | 1: out.append(f"{stamp} INFO [app.db] query {rng.randrange(1000)} took {rng.expovariate(20):.3f}s")
            case 2: out.append(
                f"{stamp} DEBUG [app.cache] key 'user:{rng.randrange(50)}' {rng.choice(['hit', 'miss'])}")
            case 3: out.append(f"{stamp} WARNING [app.web] session 0x{rng.getrandbits(32):08x} expired")
            case 4: out.append(f"{stamp} INFO [app.web] user '{rng.choice(['ada', 'bob'])}' logged in")
            case 5:
                error, where = rng.choice([("ValueError: invalid literal for int()", ("views.py", 88, "page")),
                    ("app.errors.PaymentError: card refused", ("pay.py", 12, "charge")),
                    ("KeyError: 'id'", ("views.py", 31, "detail"))])
                out += [f"{stamp} ERROR [app.web] request {rng.randrange(10**6)} failed",
                    "Traceback (most recent call last):", '  File "server.py", line 5, in handle',
                    "    return view(request)", f'  File "{where[0]}", line {where[1]}, in {where[2]}', "    ...",
                    error]
    out.append("a line after everything")
    return "\n".join(out)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="loganalyser", description=__doc__)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--top", type=int, default=6)
    options = parser.parse_args(arguments)
    analyse_access(io.StringIO(make_access_log(options.seed)), options.top)
    analyse_application(io.StringIO(make_application_log(options.seed)), options.top)
    print()
    for line in ("", "1.2.3.4 - - [01/Jan/2024:00:00:00 +0000] \"GET /a%20b?x=1&y=%C3%A9 HTTP/1.1\" 200 -",
            '::1 - u [31/Dec/2024:23:59:59 -0830] "PUT /x HTTP/2.0" 503 1 "ref" "a \\"b\\"" 1.5'):
        print(Access.parse(line))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
