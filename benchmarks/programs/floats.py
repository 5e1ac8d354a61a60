"""Floats in loops: Mandelbrot's set, an integral, a spectral norm, a random walk."""
import math


def mandelbrot(width, height, limit):
    inside = 0
    for row in range(height):
        ci = 2.0 * row / height - 1.0
        for column in range(width):
            cr = 3.0 * column / width - 2.0
            zr = zi = 0.0
            for _ in range(limit):
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                if zr * zr + zi * zi > 4.0:
                    break
            else:
                inside += 1
    return inside


def integral(steps):
    width = 1.0 / steps
    total = 0.0
    for i in range(steps):
        x = (i + 0.5) * width
        total += 4.0 / (1.0 + x * x)
    return total * width


def spectral(n):
    def a(i, j): return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)
    u = [1.0] * n
    for _ in range(3):
        v = [sum([a(i, j) * u[j] for j in range(n)]) for i in range(n)]
        u = [sum([a(j, i) * v[j] for j in range(n)]) for i in range(n)]
    return math.sqrt(sum(x * y for x, y in zip(u, v)) / sum(x * x for x in v))


print(mandelbrot(260, 170, 70), f"{integral(2_500_000):.12f} {spectral(240):.9f}")
