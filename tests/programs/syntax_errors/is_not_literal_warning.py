x = 5
if x is 5: print("warned")
assert (x, "always true")
x is not "s"
"abc"[1, 2]
