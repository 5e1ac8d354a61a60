"""Running a program inside a tool of this package."""
import sys

from minipy import tool


def run(name, options):
    """Runs the program as `minipy PROGRAM` would. Returns its code object (None: there is none), and the exit status."""
    import os
    import types
    main = types.ModuleType("__main__")
    main.__builtins__ = sys.modules["builtins"]
    sys.argv = [options.file or ("-c" if options.code is not None else "-m")] + options.all("argument")
    try:
        if options.module is not None:
            import runpy
            sys.path.insert(0, os.getcwd())
            _, spec, code = runpy._get_module_details(options.module)
            sys.argv[0] = spec.origin
            main.__spec__, main.__loader__, main.__package__, main.__file__ = spec, spec.loader, spec.parent, spec.origin
        else:
            source, filename = tool.read_source(options)
            if options.code is None:
                filename = os.path.abspath(filename)
                main.__file__ = filename
            sys.path.insert(0, os.path.dirname(os.path.realpath(filename)) if options.code is None else "")
            code = compile(source, filename, "exec", dont_inherit=True, optimize=int(options.optimize))
    except tool.SourceError as error:
        print(f"minipy {name}: {error}", file=sys.stderr)
        return None, 2
    except Exception as error:
        return None, tool.report(error)
    sys.modules["__main__"] = main
    return code, run_code(code, main)


def run_code(code, main):
    try:
        exec(code, main.__dict__)
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        print(error.code, file=sys.stderr)
        return 1
    except BaseException as error:
        # Without the frames of this file.
        error = error.with_traceback(error.__traceback__.tb_next)
        sys.excepthook(type(error), error, error.__traceback__)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0
