import atexit
atexit.register(print, "atexit runs")
try:
    raise SystemExit(7)
finally:
    print("finally runs")
