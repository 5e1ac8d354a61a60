"""logging, used."""
import io
import logging

stream = io.StringIO()
logging.basicConfig(stream=stream, level=logging.INFO, format="%(levelname)s %(message)s")
for i in range(60):
    logging.getLogger(f"a.b{i % 3}").info("message %d", i)
print(len(stream.getvalue()))
