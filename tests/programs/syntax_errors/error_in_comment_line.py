x = 1  # fine
y = (  # opened here
    1,
z = 2
