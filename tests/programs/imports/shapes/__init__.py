print("initialising", __name__)
from . import helper
