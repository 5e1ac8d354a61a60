[x for 5 in y]
