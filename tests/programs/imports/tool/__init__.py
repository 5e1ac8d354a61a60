print("tool package", __name__)
