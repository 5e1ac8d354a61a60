"""Loops over ranges, lists and conditions, with integer arithmetic."""


def collatz(limit):
    best = 0
    for start in range(1, limit):
        n, steps = start, 0
        while n != 1:
            n = n >> 1 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > best:
            best = steps
    return best


def nested(size):
    total = 0
    for i in range(size):
        for j in range(size):
            if (i ^ j) & 3 == 1:
                continue
            total += i * j % 7
    return total


def sieve(limit):
    flags = [True] * limit
    count = 0
    for i in range(2, limit):
        if flags[i]:
            count += 1
            for j in range(i * i, limit, i):
                flags[j] = False
    return count


print(collatz(30_000), nested(2_000), sieve(1_500_000))
