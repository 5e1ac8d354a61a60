"""Lists: indexing, slices, append and pop, insertion, comprehension, multiplication of matrices."""


def matrix(n, seed): return [[(i * j * seed) % 17 for j in range(n)] for i in range(n)]


def multiply(a, b):
    n = len(a)
    result = [[0] * n for _ in range(n)]
    for i in range(n):
        row, out = a[i], result[i]
        for j in range(n):
            total = 0
            for k in range(n):
                total += row[k] * b[k][j]
            out[j] = total
    return result


def queue(n):
    items, total = [], 0
    for i in range(n):
        items.append(i)
        items.append(i * 2)
        total += items.pop()
        if len(items) > 1000:
            del items[:500]
            items[10:20] = items[30:35]
    return total + len(items)


def bubble(items):
    items = items[:]
    for end in range(len(items) - 1, 0, -1):
        for i in range(end):
            if items[i] > items[i + 1]:
                items[i], items[i + 1] = items[i + 1], items[i]
    return items


product = multiply(matrix(150, 3), matrix(150, 5))
print(sum(map(sum, product)), queue(1_500_000), bubble([(i * 7919) % 1000 for i in range(1500)])[:5])
