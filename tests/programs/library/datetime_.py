# datetime: dates, times, deltas, zones, formatting, parsing. (The texts of its errors depend on which of the two
# implementations of the module is in use; their types do not.)
from datetime import *
d = date(2024, 2, 29)
print(d, repr(d), d.year, d.weekday(), d.isoweekday(), tuple(d.isocalendar()), d.timetuple()[:8], d.toordinal(),
    date.fromordinal(738945), d.replace(year=2023, day=1), d + timedelta(days=366), d - date(2023, 1, 1),
    d < date(2024, 3, 1), date.fromisoformat("2020-12-31"), date.fromisoformat("20201231"),
    date.fromisoformat("2020-W53-4"), d.strftime("%A %d %B %Y %j %U %W %a %b %y %m %%"), f"{d:%Y/%m/%d}", d.ctime(),
    date.min, date.max, date.fromisocalendar(2020, 53, 4), hash(d) == hash(date(2024, 2, 29)), date.resolution)
t = time(13, 5, 9, 123456)
print(t, repr(t), t.isoformat("minutes"), t.isoformat("milliseconds"), t.strftime("%H:%M:%S.%f %I %p"),
    t.replace(hour=0), time.fromisoformat("04:05:06.789"), time(0) < time(1), bool(time(0)),
    time(1, tzinfo=timezone.utc), t.fold)
dt = datetime(2024, 12, 31, 23, 59, 58, 999999)
print(dt, repr(dt), dt + timedelta(seconds=2), dt.date(), dt.time(), dt.isoformat(" ", "seconds"),
    dt.replace(microsecond=0), datetime.combine(d, t), datetime.fromisoformat("2011-11-04T00:05:23+04:00"),
    datetime.fromisoformat("20111104T000523Z"), datetime.strptime("3 Mar 2021 14:30", "%d %b %Y %H:%M"),
    datetime.strptime("2021-03-04 +0530", "%Y-%m-%d %z"), dt - datetime(2024, 1, 1),
    datetime.fromtimestamp(86400.5, timezone.utc), datetime.utcfromtimestamp(0),
    datetime(1970, 1, 2, tzinfo=timezone.utc).timestamp(), dt.toordinal(), dt.timetuple().tm_yday,
    dt.isocalendar().week, sep="\n")
td = timedelta(days=-1, hours=5, microseconds=7)
print(td, repr(td), td.days, td.seconds, td.microseconds, td.total_seconds(), abs(td), -td, td * 2, td / 2,
    td // timedelta(hours=1), td % timedelta(hours=1), divmod(timedelta(days=1), timedelta(hours=7)),
    timedelta(weeks=1, milliseconds=1.5), timedelta(days=0.5), timedelta() == timedelta(0), bool(timedelta()),
    timedelta.max, timedelta.min, timedelta.resolution, timedelta(seconds=1) * 1.5,
    timedelta(days=1) / timedelta(hours=6), timedelta(microseconds=3) / 2, timedelta(seconds=59.9999999),
    sum([timedelta(1), timedelta(2)], timedelta()), timedelta(hours=-30))
est = timezone(timedelta(hours=-5), "EST")
aware = datetime(2020, 1, 1, 12, tzinfo=est)
print(aware, repr(aware), aware.utcoffset(), aware.tzname(), aware.astimezone(timezone.utc),
    aware == datetime(2020, 1, 1, 17, tzinfo=timezone.utc), aware.strftime("%z %Z"),
    aware - datetime(2020, 1, 1, tzinfo=timezone.utc), est, repr(est), timezone.utc,
    timezone(timedelta(hours=5, minutes=30)), repr(timezone.utc), aware.dst(), aware.timetz(),
    aware.utctimetuple().tm_hour, aware.isoformat(), timezone(timedelta(seconds=3661)))


class DST(tzinfo):
    def utcoffset(self, dt): return timedelta(hours=2 if 3 < dt.month < 11 else 1)
    def dst(self, dt): return timedelta(hours=1 if 3 < dt.month < 11 else 0)
    def tzname(self, dt): return "CEST" if self.dst(dt) else "CET"


print(datetime(2021, 7, 1, tzinfo=DST()), datetime(2021, 1, 1, tzinfo=DST()).tzname(),
    datetime(2021, 7, 1, 12, tzinfo=DST()).astimezone(timezone.utc),
    datetime(2021, 12, 1, tzinfo=timezone.utc).astimezone(DST()))
for source in ("date(2023, 2, 29)", "date(0, 1, 1)", "date(10000, 1, 1)", "date('x', 1, 1)", "date(2020)", "time(24)",
        "time(1, 60)", "datetime(2020, 13, 1)", "datetime(2020, 1, 1, 25)", "date.max + timedelta(1)",
        "date.fromisoformat('2020-1-1')", "date.fromisoformat(5)", "datetime.fromisoformat('bad')",
        "datetime.strptime('x', '%Y')", "datetime.strptime('2020 extra', '%Y')", "datetime.strptime('31 Feb', '%d %b')",
        "datetime.strptime('1', '%q')", "timedelta(days=10**10)", "timedelta('x')", "timedelta(1) * 'a'",
        "timedelta(1) / 0", "timedelta(1) // timedelta(0)", "date(2020, 1, 1) < 5",
        "date(2020, 1, 1) < datetime(2020, 1, 1)",
               "aware < datetime(2020, 1, 1)", "aware - datetime(2020, 1, 1)", "aware == datetime(2020, 1, 1, 12)",
                   "timezone(timedelta(hours=25))", "timezone(5)", "date(2020, 1, 1) + 5",
                   "datetime(2020, 1, 1, tzinfo=5)", "tzinfo().utcoffset(None)", "date(2020, 1, 1).nope",
                   "time(1) - time(0)", "datetime.fromtimestamp(10**20)", "date.fromordinal(0)",
                   "timedelta(days=1, bad=2)", "datetime.combine(1, 2)", "time.fromisoformat('25:00')",
                   "date(2020, 1, 1).replace(day=40)", "round(timedelta(1))", "{timedelta(1): 2}[timedelta(hours=24)]"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}")
import pickle, copy
print(pickle.loads(pickle.dumps(aware)) == aware, copy.deepcopy(td) == td, date.today() <= date.max,
    isinstance(datetime.now(), date), datetime.now(timezone.utc).tzinfo, MINYEAR, MAXYEAR,
    sorted([dt, datetime(2020, 1, 1)])[0], UTC is timezone.utc)
