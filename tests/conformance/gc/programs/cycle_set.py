"""Objects in a set that they hold."""
class Member:
    def __init__(self):
        self.group = {self}

for i in range(1500):
    Member()
