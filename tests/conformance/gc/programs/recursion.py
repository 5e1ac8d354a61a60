"""Deep recursion that makes garbage on its way."""
def down(n):
    x = [n]
    x.append(x)
    return n and down(n - 1)

for i in range(8):
    down(300)
