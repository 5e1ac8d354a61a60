# time and calendar, with everything that changes hidden.
import calendar
import time
t = time.gmtime(86400 * 365)
print(t, tuple(t), t.tm_year, t.tm_zone, t.tm_gmtoff, time.strftime(
    "%Y-%m-%d %H:%M:%S %j %a %A %b %B %y %U %w %p %I %Z %%", t), time.asctime(t), calendar.timegm(t), time.ctime(0),
    time.mktime(time.localtime(1e9)), time.strptime("30 Nov 00", "%d %b %y"), time.struct_time(range(9)), time.timezone,
    time.tzname, time.daylight, time.altzone)
a, b = time.monotonic(), time.monotonic()
print(a <= b, time.perf_counter() <= time.perf_counter(), time.time() > 1.6e9, time.time_ns() > 10 ** 18,
    type(time.process_time_ns()).__name__, time.thread_time() >= 0, time.get_clock_info("monotonic").monotonic,
    time.get_clock_info("time").adjustable, time.clock_gettime(time.CLOCK_REALTIME) > 1e9)
start = time.monotonic()
time.sleep(0.02)
print(time.monotonic() - start >= 0.02)
for bad in (lambda: time.sleep(-1), lambda: time.sleep("x"), lambda: time.gmtime("x"), lambda: time.strftime(5),
        lambda: time.strftime("%Y", (1, 2)), lambda: time.asctime((1,)), lambda: time.mktime((1, 2, 3)),
        lambda: time.strptime("x", "%Y"), lambda: time.struct_time([1]), lambda: time.gmtime(1e30),
        lambda: time.strftime("%H", (2000, 1, 1, 25, 0, 0, 0, 1, 0)), lambda: time.get_clock_info("x"),
        lambda: time.localtime(float("nan"))):
    try:
        print(bad())
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
print(calendar.month(2024, 2), calendar.monthrange(2023, 2), calendar.isleap(1900), calendar.leapdays(2000, 2021),
    calendar.weekday(2024, 1, 1), calendar.monthcalendar(2021, 2), list(calendar.day_abbr),
    calendar.TextCalendar(6).formatmonth(2000, 1), [d.isoformat() for d in calendar.Calendar().itermonthdates(2021, 2)][
    :2], calendar.HTMLCalendar().formatmonth(2021, 1)[:60], sep="\n")
print(calendar.calendar(2025, m=4)[:300])
try:
    calendar.monthrange(2020, 13)
except calendar.IllegalMonthError as error:
    print(error)
import timeit
print(timeit.timeit("x = 1", number=10) >= 0, len(timeit.repeat("pass", repeat=2, number=1)))
