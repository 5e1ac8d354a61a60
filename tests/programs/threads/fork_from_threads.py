# A child of fork() has one thread, which is its main thread, whichever thread forked.
import os, signal, sys, threading, time
def child_from_thread():
    pid = os.fork()
    if pid == 0:
        ok = len(sys._current_frames()) == 1 and threading.active_count() == 1 and threading.main_thread() is threading.current_thread()
        seen = []
        try:
            signal.signal(signal.SIGUSR1, lambda *a: seen.append(1))
            os.kill(os.getpid(), signal.SIGUSR1)
            t = threading.Thread(target=lambda: seen.append(2)); t.start(); t.join()
        except BaseException as e: print(repr(e)); ok = False
        os._exit(0 if ok and sorted(seen) == [1, 2] else 3)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
def busy():
    while not stop: 
        try: raise ValueError
        except ValueError: time.sleep(0)
stop = False
busies = [threading.Thread(target=busy) for _ in range(4)]
for b in busies: b.start()
for _ in range(5):
    t = threading.Thread(target=child_from_thread); t.start(); t.join()
    child_from_thread()
stop = True
for b in busies: b.join()
