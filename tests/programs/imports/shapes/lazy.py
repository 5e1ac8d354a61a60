def __getattr__(name):
    if name == "absent":
        raise AttributeError(f"no {name} here")
    return f"made {name}"


def __dir__(): return ["dynamic", "listed"]
