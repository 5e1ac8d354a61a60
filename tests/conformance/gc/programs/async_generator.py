"""Asynchronous generators driven by hand."""
async def numbers(n):
    for i in range(n):
        yield [i]

async def consume():
    found = []
    async for x in numbers(5):
        found.append(x)
        x.append(found)
    return [y async for y in numbers(3)]

for i in range(150):
    try:
        consume().send(None)
    except StopIteration as e:
        pass
