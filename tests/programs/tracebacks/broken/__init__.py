print("package starts")
