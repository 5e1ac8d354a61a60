def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
fib(7)
def fact(n):
    if n == 0:
        return 1
    return n * fact(n - 1)
fact(30)
def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))
ack(2, 2)
def even(n):
    return True if n == 0 else odd(n - 1)
def odd(n):
    return False if n == 0 else even(n - 1)
even(20)
def hanoi(n, a, b, c):
    if n:
        hanoi(n - 1, a, c, b)
        hanoi(n - 1, c, b, a)
hanoi(4, 'a', 'b', 'c')
