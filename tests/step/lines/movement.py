import sys


def square(n):
    result = n * n
    return result


def total(numbers):
    found = 0
    for n in numbers:
        found += square(n)
    return found


print(total([1, 2, 3]), sys.argv[1:])
