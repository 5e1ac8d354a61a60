"""Views and iterators of a dict in that dict."""
for i in range(700):
    d = {1: 2}
    d["keys"] = d.keys()
    d["items"] = iter(d.items())
    d["values"] = d.values()
