"""Pipelines of generators."""
def numbers(n):
    for i in range(n):
        yield [i]

def doubled(source):
    for x in source:
        x.append(x)
        yield x

for i in range(60):
    total = sum(len(x) for x in doubled(numbers(20)))
