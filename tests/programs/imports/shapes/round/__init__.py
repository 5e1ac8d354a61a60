print("initialising", __name__)
PI = 3
