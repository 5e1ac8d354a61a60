print("not printed")
if True
    pass
