# Run with -m: __main__, __package__, __spec__, relative imports, sys.argv.
print("not reached: the arguments run the package instead")
