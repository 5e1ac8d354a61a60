"""exec and eval of text."""
for i in range(120):
    namespace = {}
    exec("def f(a, b=2):\n    return [a, b]\nx = f(1)\nx.append(x)", namespace)
    eval("[i for i in x[:2]]", namespace)
