import sys
print("to stdout")
sys.exit("the message goes to standard error")
