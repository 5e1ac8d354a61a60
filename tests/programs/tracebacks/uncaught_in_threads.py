import threading
import sys


def work(n):
    return [1, 2, 3][n]


t = threading.Thread(target=work, args=(9,), name="worker-one")
t.start()
t.join()
threading.excepthook = lambda info: print("hook:", info.exc_type.__name__, info.exc_value, info.thread.name)
t = threading.Thread(target=work, args=("x",), name="worker-two")
t.start()
t.join()
t = threading.Thread(target=sys.exit, name="exits quietly")
t.start()
t.join()
print("main goes on")
