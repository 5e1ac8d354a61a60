"""A templating engine: variables, filters, conditions, loops, macros, includes and inheritance.

Templates are compiled to Python source once, then run; `{{ value|filter }}`, `{% tag %}` and `{# comment #}` are what
users of Django or Jinja know.
"""
import html
import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
FILTERS: dict[str, Callable[..., Any]] = {}


class TemplateError(Exception):
    def __init__(self, message: str, name: str, line: int):
        super().__init__(f"{name}:{line}: {message}")


class Markup(str):
    """Text that needs no escaping any more."""

    def __html__(self) -> str:
        return self


def register(name: str | None = None):
    def decorate(function):
        FILTERS[name or function.__name__] = function
        return function
    return decorate


register("upper")(str.upper)
register("title")(str.title)
register("length")(len)
register("join")(lambda items, separator=", ": separator.join(map(str, items)))
register("safe")(Markup)
register("sort")(sorted)


@register()
def default(value, fallback=""):
    return fallback if isinstance(value, Undefined) or value in (None, "") else value


@register()
def truncate(text, limit=20, end="..."):
    return text if len(text) <= limit else text[:limit - len(end)].rstrip() + end


@register("format")
def format_number(value, spec):
    return format(value, spec)


@register()
def batch(items, size):
    return [items[i:i + size] for i in range(0, len(items), size)]


class Undefined:
    """What a missing variable evaluates to: false, empty, and silent."""

    def __init__(self, name: str): self.name = name
    def __bool__(self): return False
    def __iter__(self): return iter(())
    def __str__(self): return ""
    def __len__(self): return 0

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Undefined(f"{self.name}.{attribute}")

    def __getitem__(self, key): return Undefined(f"{self.name}[{key!r}]")


class Scopes:
    """The variables that a template sees: a stack of dictionaries."""

    def __init__(self, *layers: Mapping[str, Any]): self.layers = list(layers)

    def __getitem__(self, name: str) -> Any:
        for layer in reversed(self.layers):
            if name in layer:
                return layer[name]
        return Undefined(name)

    def push(self, **names): self.layers.append(dict(names))
    def pop(self): self.layers.pop()


def lookup(value: Any, attribute: str) -> Any:
    """`value.attribute` of a template: an item, an index, an attribute, or the result of calling it."""
    try:
        found = value[int(attribute)] if attribute.isdigit() else value[attribute]
    except (KeyError, IndexError, TypeError):
        found = getattr(value, attribute, Undefined(attribute))
    return found() if callable(found) and not isinstance(found, type) else found


def escape(value: Any) -> str:
    if hasattr(value, "__html__"):
        return value.__html__()
    return html.escape(str(value), quote=False)


class LoopState:
    def __init__(self, length: int): self.length, self.index0 = length, -1
    index = property(lambda self: self.index0 + 1)
    first = property(lambda self: self.index0 == 0)
    last = property(lambda self: self.index == self.length)
    odd = property(lambda self: self.index % 2 == 1)


class CodeWriter:
    def __init__(self): self.lines, self.depth = [], 0
    def __call__(self, line: str): self.lines.append("    " * self.depth + line)

    def __enter__(self):
        self.depth += 1
        return self

    def __exit__(self, *error): self.depth -= 1
    def text(self): return "\n".join(self.lines) + "\n"


class Compiler:
    EXPRESSION_PART = re.compile(r"""\s*(?:(?P<string>"[^"]*"|'[^']*')|(?P<number>\d+(?:\.\d+)?)
        |(?P<word>[A-Za-z_]\w*(?:\.\w+)*)|(?P<op>==|!=|<=|>=|[-+*/<>(),\[\]%~]))""", re.VERBOSE)
    WORDS = {"and", "or", "not", "in", "is", "True", "False", "None", "if", "else"}

    def __init__(self, source: str, name: str):
        self.name, self.line = name, 1
        self.code = CodeWriter()
        self.blocks: dict[str, str] = {}
        self.parent: str | None = None
        self.stack: list[tuple[str, int]] = []
        self.pieces = TOKEN.split(source)
        self.counter, self.loops = 0, []

    def fail(self, message: str):
        raise TemplateError(message, self.name, self.line)

    def expression(self, text: str) -> str:
        text, *filters = self.split_filters(text)
        result, position, text = [], 0, text.strip()
        if not text:
            self.fail("empty expression")
        while position < len(text):
            match = self.EXPRESSION_PART.match(text, position)
            if not match:
                self.fail(f"cannot understand {text[position:]!r}")
            position = match.end()
            if word := match["word"]:
                head, *attributes = word.split(".")
                part = head if head in self.WORDS else f"scope[{head!r}]"
                for attribute in attributes:
                    part = f"lookup({part}, {attribute!r})"
                result.append(part)
            else:
                result.append("+" if match["op"] == "~" else match["string"] or match["number"] or match["op"])
        code = " ".join(result)
        for item in filters:
            name, _, argument = item.partition(":")
            if (name := name.strip()) not in FILTERS:
                self.fail(f"unknown filter {name!r}")
            code = f"filters[{name!r}]({code}" + (f", {self.expression(argument)})" if argument else ")")
        return code

    @staticmethod
    def split_filters(text: str) -> list[str]:
        parts, quote = [""], ""
        for character in text:
            if quote:
                quote = "" if character == quote else quote
            elif character in "\"'":
                quote = character
            elif character == "|":
                parts.append("")
                continue
            parts[-1] += character
        return parts

    def compile(self) -> str:
        self.code("def render(scope, out, env, blocks):")
        self.code.depth += 1
        self.code("pass")
        for piece in self.pieces:
            if piece.startswith("{{"):
                self.code(f"out(escape({self.expression(piece[2:-2])}))")
            elif piece.startswith("{%"):
                word, _, rest = piece[2:-2].strip().partition(" ")
                handler = getattr(self, "tag_" + word, None)
                if handler is None:
                    self.fail(f"unknown tag {word!r}")
                handler(rest.strip())
            elif piece and not piece.startswith("{#"):
                self.code(f"out({piece!r})")
            self.line += piece.count("\n")
        if self.stack:
            tag, self.line = self.stack[-1]
            self.fail(f"'{tag}' is never closed")
        if self.parent:
            self.code(f"env.render_into({self.parent!r}, scope, real_out, {{**own_blocks, **blocks}})")
        return self.code.text()

    def open(self, tag: str):
        self.stack.append((tag, self.line))
        self.code.depth += 1

    def close(self, tag: str):
        if not self.stack or self.stack[-1][0] != tag:
            self.fail(f"'end{tag}' without '{tag}'")
        self.stack.pop()
        self.code.depth -= 1

    def tag_if(self, rest):
        self.code(f"if {self.expression(rest)}:")
        self.open("if")
        self.code("pass")

    def tag_elif(self, rest):
        self.close("if")
        self.code(f"elif {self.expression(rest)}:")
        self.open("if")
        self.code("pass")

    def tag_else(self, rest):
        if not self.stack:
            self.fail("'else' without 'if' or 'for'")
        if self.stack[-1][0] == "for":
            self.tag_for_else()
            return
        self.close("if")
        self.code("else:")
        self.open("if")
        self.code("pass")

    def tag_endif(self, rest): self.close("if")

    def tag_for(self, rest):
        match = re.fullmatch(r"(\w+(?:\s*,\s*\w+)*)\s+in\s+(.+)", rest)
        if not match:
            self.fail("a loop is written {% for NAME in EXPRESSION %}")
        names = [name.strip() for name in match[1].split(",")]
        self.counter += 1
        n = self.counter
        self.code(f"items{n} = list({self.expression(match[2])})")
        self.code(f"loop{n} = LoopState(len(items{n}))")
        self.code(f"for item{n} in items{n}:")
        self.open("for")
        self.code(f"loop{n}.index0 += 1")
        values = f"{names[0]}=item{n}" if len(names) == 1 else f"**dict(zip({names!r}, item{n}))"
        self.code(f"scope.push({values}, loop=loop{n})")
        self.loops.append(n)

    def tag_for_else(self):
        self.code("scope.pop()")
        self.close("for")
        self.code(f"if not items{self.loops[-1]}:")
        self.open("for")
        self.code("scope.push()")

    def tag_endfor(self, rest):
        self.code("scope.pop()")
        self.close("for")
        self.loops.pop()

    def tag_set(self, rest):
        name, _, value = rest.partition("=")
        self.code(f"scope.layers[-1][{name.strip()!r}] = {self.expression(value)}")

    def tag_include(self, rest):
        self.code(f"env.render_into({self.expression(rest)}, scope, out, {{}})")

    def tag_extends(self, rest):
        self.parent = rest.strip("\"'")
        self.code("own_blocks, real_out, out = {}, out, (lambda text: None)")

    def tag_block(self, rest):
        self.code(f"def block_{rest}(scope, out, env, blocks):")
        self.open("block")
        self.blocks[rest] = rest
        self.code("pass")
        self.current_block = rest

    def tag_endblock(self, rest):
        self.close("block")
        name = rest or self.current_block
        if self.parent:
            self.code(f"own_blocks[{name!r}] = block_{name}")
        else:
            self.code(f"blocks.get({name!r}, block_{name})(scope, out, env, blocks)")


class Environment:
    def __init__(self, templates: dict[str, str], **globals):
        self.sources, self.globals = templates, globals
        self.compiled: dict[str, Callable] = {}

    def get(self, name: str) -> Callable:
        if name not in self.compiled:
            if name not in self.sources:
                raise TemplateError("no such template", name, 0)
            compiler = Compiler(self.sources[name], name)
            source = compiler.compile()
            namespace = {"escape": escape, "lookup": lookup, "filters": FILTERS, "LoopState": LoopState}
            exec(compile(source, f"<template {name}>", "exec"), namespace)
            self.compiled[name] = namespace["render"]
        return self.compiled[name]

    def render_into(self, name, scope, out, blocks):
        self.get(name)(scope, out, self, blocks)

    def render(self, name: str, **context) -> str:
        out: list[str] = []
        self.render_into(name, Scopes(self.globals, context), out.append, {})
        return "".join(out)


TEMPLATES = {
    "base.html": """<html><head><title>{% block title %}{{ site }}{% endblock %}</title></head>
<body>
{% block body %}nothing here{% endblock %}
{% include "footer.html" %}
</body></html>
""",
    "footer.html": "<footer>{{ site|upper }}, {{ year }}{# no author #}</footer>",
    "list.html": """{% extends "base.html" %}
{% block title %}{{ heading|default:"No title" }}{% endblock %}
{% block body %}<ul>
{% for product in products %}  <li class="{% if loop.first %}first{% elif loop.last %}last{% else %}middle{% endif %}{% if loop.odd %} odd{% endif %}">{{ loop.index }}. {{ product.name }}: {{ product.price|format:".2f" }}{% if product.tags %} ({{ product.tags|sort|join:"/" }}){% endif %}</li>
{% else %}  <li>sold out</li>
{% endfor %}</ul>{% endblock %}
""",
    "letter.txt": """Dear {{ person.name|title }},
{% set total = 0 %}{% for name, amount in items %}{{ name }}: {{ amount }}{% if not loop.last %}, {% endif %}{% endfor %}
You owe us {{ items.0.1 + items.1.1 }} in {{ items|length }} parts{% if person.vip and total < 5 %}, dear friend{% endif %}.
{{ person.greet }} {{ person.missing.attribute }}{{ undefined }}|{{ text|truncate:12 }}|{{ "<b>" }}|{{ "<b>"|safe }}|{{ 'a' ~ 'b' }}
""",
    "grid.txt": "{% for row in cells|batch:3 %}{% for cell in row %}[{{ cell }}]{% endfor %}\n{% endfor %}",
}


class Person:
    def __init__(self, name, vip): self.name, self.vip = name, vip
    def greet(self): return f"{self.name} says hello"


def main():
    env = Environment(TEMPLATES, site="shop & more", year=2024)
    products = [{"name": "Tea <green>", "price": 3.5, "tags": ["hot", "drink"]}, {"name": "Cup", "price": 12},
                {"name": "Pot", "price": 25.999, "tags": ["big"]}]
    print(env.render("list.html", heading="Catalogue", products=products))
    print(env.render("list.html", products=[]))
    print(env.render("base.html"))
    print(env.render("letter.txt", person=Person("ada lovelace", True), items=[("rent", 100), ("food", 20.5)],
                     text="a rather long sentence"))
    print(env.render("grid.txt", cells=list("abcdefgh")))
    for source in ("{{ }}", "{% for x %}{% endfor %}", "line 1\n{% if a %}\nnever closed", "{{ a|nope }}",
            "{% endif %}",
                   "{% frobnicate %}", "{{ a ? b }}", "{% else %}", "{% include 'missing' %}", "{{ 1 / 0 }}",
                       "{{ 'a' + 1 }}"):
        try:
            print(repr(Environment({"t": source}).render("t")))
        except TemplateError as error:
            print("TemplateError", error)
        except Exception as error:
            print(type(error).__name__, error)
    big = Environment({"big": "{% for i in numbers %}{% if i % 15 == 0 %}FizzBuzz{% elif i % 5 == 0 %}Buzz"
                              "{% elif i % 3 == 0 %}Fizz{% else %}{{ i }}{% endif %} {% endfor %}"})
    print(big.render("big", numbers=range(1, 31)))
    print(len(env.compiled), sorted(FILTERS))


if __name__ == "__main__":
    main()
