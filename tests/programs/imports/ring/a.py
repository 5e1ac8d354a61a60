start = "a started"
from . import b
b_value = b.value
end = "a finished"
