class A:
    def f(self):
        def g():
            x = [1, 2
        return g
