"""groupby and its groups."""
import itertools

for i in range(250):
    groups = [(k, list(g)) for k, g in itertools.groupby([[1], [1], [2]], key=len)]
    groups.append(groups)
