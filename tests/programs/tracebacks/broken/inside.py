from . import helper

value = helper.compute(0)
