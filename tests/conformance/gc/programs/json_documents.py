"""JSON, both ways."""
import json

for i in range(120):
    text = json.dumps({"a": [1, 2, {"b": None}], "c": "text", "d": 1.5})
    x = json.loads(text)
    x["me"] = x
