"""Classes, which are cycles by themselves."""
for i in range(300):
    class A:
        x = 1

        def f(self):
            return self.x
