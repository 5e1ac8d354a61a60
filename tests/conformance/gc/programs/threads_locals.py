"""Thread-local data with cycles."""
import threading

local = threading.local()

def work():
    local.x = []
    local.x.append(local.x)
    for i in range(100):
        local.y = [local.x]

for i in range(10):
    t = threading.Thread(target=work)
    t.start()
    t.join()
