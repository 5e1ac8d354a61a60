"""A JSON reader and writer in Python: characters, dictionaries, recursion, string building."""
import re

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
STRING = re.compile(r'[^"\\]*')
SPACE = re.compile(r"[ \n\t\r]*")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "r": "\r"}


class Reader:
    def __init__(self, text): self.text, self.at = text, 0

    def space(self): self.at = SPACE.match(self.text, self.at).end()

    def value(self):
        self.space()
        c = self.text[self.at]
        if c == "{":
            return self.object()
        if c == "[":
            return self.array()
        if c == '"':
            return self.string()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        match = NUMBER.match(self.text, self.at)
        if not match:
            raise ValueError(f"unexpected {c!r} at {self.at}")
        self.at = match.end()
        return float(match[0]) if match[1] or match[2] else int(match[0])

    def string(self):
        parts = []
        self.at += 1
        while True:
            match = STRING.match(self.text, self.at)
            parts.append(match[0])
            self.at = match.end() + 1
            if self.text[self.at - 1] == '"':
                return "".join(parts)
            c = self.text[self.at]
            self.at += 1
            if c == "u":
                parts.append(chr(int(self.text[self.at:self.at + 4], 16)))
                self.at += 4
            else:
                parts.append(ESCAPES[c])

    def array(self):
        items = []
        self.at += 1
        self.space()
        while self.text[self.at] != "]":
            items.append(self.value())
            self.space()
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1
        return items

    def object(self):
        items = {}
        self.at += 1
        self.space()
        while self.text[self.at] != "}":
            self.space()
            key = self.string()
            self.space()
            self.at += 1
            items[key] = self.value()
            self.space()
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1
        return items


def write(value):
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join([write(item) for item in value]) + "]"
    return "{" + ", ".join([f"{write(key)}: {write(item)}" for key, item in value.items()]) + "}"


data = [{"id": i, "name": f"item \"{i}\"", "price": i / 4, "tags": ["a", "b\n", None, True],
    "nested": {"x": -i, "deep": [[i], {}]}} for i in range(7_000)]
text = write(data)
again = Reader(text).value()
print(len(text), again == data, write(again) == text)
