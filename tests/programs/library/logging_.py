# logging: levels, handlers, formatters, filters, hierarchy, exceptions, configuration.
import io
import logging
import logging.config
import logging.handlers
import sys
out = io.StringIO()
handler = logging.StreamHandler(out)
handler.setFormatter(logging.Formatter("%(levelname)-8s %(name)s %(module)s:%(funcName)s:%(lineno)d %(message)s"))
root = logging.getLogger()
log = logging.getLogger("app.db")
root.addHandler(handler)
root.setLevel(logging.INFO)


def work():
    log.debug("invisible")
    log.info("value %d of %s", 5, "x")
    log.warning("mapping %(a)s", {"a": 1})
    log.log(35, "custom level")
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("failed")
        log.error("with info", exc_info=True)
    log.critical("stack", stack_info=False, extra={"user": "u"})


work()
print(out.getvalue())
print(log.getEffectiveLevel(), log.isEnabledFor(10), log.parent.name, logging.getLogger("app").getChild("db") is log,
    logging.getLevelName(35), logging.getLevelName("INFO"), log.hasHandlers(), repr(log), repr(handler).split(" ")[0],
    logging.getLogger("app.db").name)


class Filter(logging.Filter):
    def filter(self, record):
        record.msg = f"[{record.levelno}] {record.msg}"
        return "secret" not in record.getMessage()


logging.addLevelName(25, "NOTICE")
plain = logging.getLogger("plain")
plain.propagate = False
h2 = logging.StreamHandler(sys.stdout)
h2.setFormatter(logging.Formatter("{levelname}/{name}: {message}", style="{"))
h2.addFilter(Filter())
plain.addHandler(h2)
plain.setLevel("DEBUG")
plain.debug("shown")
plain.info("a secret")
plain.log(25, "notice %s", "me")
plain.warning("no args %d")
plain.setLevel(logging.ERROR); plain.warning("too low"); plain.disabled = True; plain.error(
    "disabled"); plain.disabled = False
memory = logging.handlers.MemoryHandler(3, target=h2, flushLevel=logging.CRITICAL)
buffered = logging.getLogger("buffered"); buffered.propagate = False; buffered.addHandler(memory)
buffered.warning("one"); buffered.warning("two"); print("not yet"); buffered.warning("three"); buffered.critical(
    "now"); memory.close()
adapter = logging.LoggerAdapter(plain, {"id": 7})
adapter.error("through the adapter")
for bad in (lambda: plain.setLevel("NOPE"), lambda: plain.log("x", "y"), lambda: logging.getLogger(5),
        lambda: logging.Formatter("%(x", validate=True), lambda: logging.Formatter("{", style="{"),
        lambda: logging.Formatter("x", style="!"), lambda: plain.error("x", extra={"message": 1})):
    try:
        bad()
    except (ValueError, TypeError, KeyError) as error:
        print(type(error).__name__, error)
logging.config.dictConfig({"version": 1, "disable_existing_loggers": False,
    "formatters": {"f": {"format": "dict:%(message)s"}}, "handlers": {"h": {"class": "logging.StreamHandler",
    "formatter": "f", "stream": "ext://sys.stdout"}}, "loggers": {"configured": {"level": "INFO", "handlers": ["h"],
    "propagate": False}}})
logging.getLogger("configured").info("from dictConfig")
import tempfile, os
path = os.path.join(tempfile.mkdtemp(), "x.log")
fh = logging.FileHandler(path, delay=True)
f = logging.getLogger("file"); f.addHandler(fh); f.propagate = False; f.error("to file é"); fh.close()
print(open(path, encoding="utf-8").read(), logging.getLogger("file").handlers[0].level, logging.root.name)
with_last_resort = logging.getLogger("nohandlers"); with_last_resort.propagate = False
with_last_resort.warning("goes to the handler of last resort, on standard error")
logging.captureWarnings(True)
import warnings
py = logging.getLogger("py.warnings"); py.addHandler(h2); py.propagate = False
warnings.warn_explicit("captured", UserWarning, "file.py", 3)
logging.shutdown()
