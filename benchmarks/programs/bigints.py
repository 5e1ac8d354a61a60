"""Big integers: digits of pi, factorials, Fibonacci numbers, modular powers, conversion to decimal."""
import sys
sys.set_int_max_str_digits(0)


def pi_digits(n):
    digits, q, r, t, k, m, x = [], 1, 0, 1, 1, 3, 3
    while len(digits) < n:
        if 4 * q + r - t < m * t:
            digits.append(str(m))
            q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return "".join(digits)


def factorial(n):
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def rsa_like(rounds):
    modulus = (1 << 521) - 1
    total = 0
    for i in range(rounds):
        total ^= pow(i + 2, 65537 ** 12, modulus)
    return total


print(pi_digits(2600)[-10:], str(factorial(5000))[:20], fibonacci(60_000) % 10 ** 9, rsa_like(400) % 10 ** 9,
    len(str(7 ** 30_000)), int("9" * 20_000) % 97)
