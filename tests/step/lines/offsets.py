import textwrap


def twice(n):
    a = n + n
    return a * 2


x = twice(3)
y = textwrap.dedent(" text")
z = [twice(i) for i in range(3)]
