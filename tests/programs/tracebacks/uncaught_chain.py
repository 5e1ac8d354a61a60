def load(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError as error:
        raise RuntimeError(f"cannot load {path}") from error


def main():
    try:
        load("does-not-exist.txt")
    except RuntimeError:
        print("handling")
        return undefined_function()


main()
