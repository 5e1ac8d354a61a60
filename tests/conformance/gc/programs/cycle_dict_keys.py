"""Objects that are a key of the dict which they hold."""
class Key:
    pass

for i in range(1200):
    key = Key()
    key.table = {key: i}
