# A coroutine that is dropped without being awaited gives a warning on standard error.
async def forgotten():
    return 1


forgotten()
print("after")
c = forgotten()
del c
print("end")
