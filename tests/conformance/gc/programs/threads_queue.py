"""A queue between threads that take turns."""
import queue
import threading

requests, answers = queue.Queue(), queue.Queue()

def serve():
    while True:
        x = requests.get()
        if x is None:
            return
        x.append(x)
        answers.put(x)

t = threading.Thread(target=serve)
t.start()
for i in range(100):
    requests.put([i])
    answers.get()
requests.put(None)
t.join()
