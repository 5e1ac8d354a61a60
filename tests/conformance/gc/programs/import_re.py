"""re and what it needs."""
import re
