"""Several closures over the same cells."""
def account(balance):
    def deposit(n):
        nonlocal balance
        balance += n
        return balance

    def both():
        return deposit, both
    return both

for i in range(900):
    account(i)()[0](5)
