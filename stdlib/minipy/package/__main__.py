"""`minipy -m minipy` lists what minipy offers, as `minipy help` does."""
import subprocess
import sys

sys.exit(subprocess.run([sys.executable, "--help"]).returncode)
