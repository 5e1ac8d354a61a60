"""A small programming language: tokenizer, recursive-descent parser and tree-walking interpreter.

The language ("Pebble") has numbers, strings, booleans, nil, lists, functions with closures, if/while/for,
and reports errors with their position. The bottom of the file runs a few programs written in it.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator, Optional


class PebbleError(Exception):
    """An error in a Pebble program, with the line where it was found."""

    def __init__(self, message: str, line: int):
        super().__init__(f"line {line}: {message}")
        self.line = line


class PebbleSyntaxError(PebbleError):
    pass


class PebbleRuntimeError(PebbleError):
    pass


# ---------------------------------------------------------------- tokens

KEYWORDS = {"let", "fn", "if", "else", "while", "for", "in", "return", "true", "false", "nil", "and", "or", "not",
            "break", "continue"}

TOKEN = re.compile(r"""
    (?P<space>[ \t\r]+|\#[^\n]*)
  | (?P<newline>\n)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<name>[A-Za-z_]\w*)
  | (?P<op>==|!=|<=|>=|->|\.\.|[-+*/%<>=(){}\[\],;])
""", re.VERBOSE)

ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int

    def __str__(self) -> str:
        return "end of program" if self.kind == "end" else repr(self.text)


def tokenize(source: str) -> Iterator[Token]:
    position, line = 0, 1
    while position < len(source):
        match = TOKEN.match(source, position)
        if match is None:
            raise PebbleSyntaxError(f"unexpected character {source[position]!r}", line)
        kind, text = match.lastgroup, match.group()
        position = match.end()
        if kind == "newline":
            line += 1
        elif kind == "name" and text in KEYWORDS:
            yield Token("keyword", text, line)
        elif kind != "space":
            yield Token(kind, text, line)
    yield Token("end", "", line)


# ---------------------------------------------------------------- syntax tree

@dataclass
class Node:
    line: int = field(compare=False)


@dataclass
class Literal(Node):
    value: Any


@dataclass
class Name(Node):
    name: str


@dataclass
class ListDisplay(Node):
    items: list[Node]


@dataclass
class Unary(Node):
    op: str
    operand: Node


@dataclass
class Binary(Node):
    op: str
    left: Node
    right: Node


@dataclass
class Call(Node):
    function: Node
    arguments: list[Node]


@dataclass
class Index(Node):
    target: Node
    key: Node


@dataclass
class Function(Node):
    name: str
    parameters: list[str]
    body: list[Node]


@dataclass
class Let(Node):
    name: str
    value: Node


@dataclass
class Assign(Node):
    target: Node
    value: Node


@dataclass
class If(Node):
    condition: Node
    then: list[Node]
    otherwise: list[Node]


@dataclass
class While(Node):
    condition: Node
    body: list[Node]


@dataclass
class For(Node):
    name: str
    iterable: Node
    body: list[Node]


@dataclass
class Return(Node):
    value: Optional[Node]


@dataclass
class Jump(Node):
    kind: str


# ---------------------------------------------------------------- parser

BINARY_LEVELS = [{"or"}, {"and"}, {"==", "!="}, {"<", ">", "<=", ">="}, {".."}, {"+", "-"}, {"*", "/", "%"}]


class Parser:
    def __init__(self, source: str):
        self.tokens = list(tokenize(source))
        self.position = 0

    @property
    def current(self) -> Token:
        return self.tokens[self.position]

    def advance(self) -> Token:
        token = self.current
        self.position += 1
        return token

    def accept(self, *texts: str) -> Optional[Token]:
        if self.current.kind in ("op", "keyword") and self.current.text in texts:
            return self.advance()
        return None

    def expect(self, text: str) -> Token:
        return self.accept(text) or self.fail(f"expected {text!r}, found {self.current}")

    def fail(self, message: str):
        raise PebbleSyntaxError(message, self.current.line)

    def expect_name(self) -> str:
        if self.current.kind != "name":
            self.fail(f"expected a name, found {self.current}")
        return self.advance().text

    def program(self) -> list[Node]:
        statements = []
        while self.current.kind != "end":
            statements.append(self.statement())
        return statements

    def block(self) -> list[Node]:
        self.expect("{")
        statements = []
        while not self.accept("}"):
            if self.current.kind == "end":
                self.fail("missing '}'")
            statements.append(self.statement())
        return statements

    def statement(self) -> Node:
        line = self.current.line
        if self.accept("let"):
            name = self.expect_name()
            self.expect("=")
            return self.end(Let(line, name, self.expression()))
        if self.current.text == "fn" and self.tokens[self.position + 1].kind == "name":
            function = self.function()
            return Let(line, function.name, function)
        if self.accept("if"):
            return self.if_statement(line)
        if self.accept("while"):
            return While(line, self.expression(), self.block())
        if self.accept("for"):
            name = self.expect_name()
            self.expect("in")
            return For(line, name, self.expression(), self.block())
        if self.accept("return"):
            value = None if self.current.text in (";", "}") else self.expression()
            return self.end(Return(line, value))
        if token := self.accept("break", "continue"):
            return self.end(Jump(line, token.text))
        value = self.expression()
        if self.accept("="):
            if not isinstance(value, (Name, Index)):
                self.fail("this cannot be assigned to")
            value = Assign(line, value, self.expression())
        return self.end(value)

    def if_statement(self, line: int) -> If:
        condition, then = self.expression(), self.block()
        otherwise: list[Node] = []
        if self.accept("else"):
            inner = self.current.line
            otherwise = [self.if_statement(inner)] if self.accept("if") else self.block()
        return If(line, condition, then, otherwise)

    def end(self, node: Node) -> Node:
        if self.current.text != "}" and self.current.kind != "end":
            self.expect(";")
        return node

    def expression(self, level: int = 0) -> Node:
        if level == len(BINARY_LEVELS):
            return self.unary()
        left = self.expression(level + 1)
        while token := self.accept(*BINARY_LEVELS[level]):
            left = Binary(token.line, token.text, left, self.expression(level + 1))
        return left

    def unary(self) -> Node:
        if token := self.accept("-", "not"):
            return Unary(token.line, token.text, self.unary())
        return self.postfix(self.atom())

    def postfix(self, node: Node) -> Node:
        while token := self.accept("(", "["):
            if token.text == "(":
                node = Call(token.line, node, self.items(")"))
            else:
                node = Index(token.line, node, self.expression())
                self.expect("]")
        return node

    def items(self, closing: str) -> list[Node]:
        items: list[Node] = []
        while not self.accept(closing):
            if items:
                self.expect(",")
                if self.accept(closing):
                    break
            items.append(self.expression())
        return items

    def function(self) -> Function:
        line = self.expect("fn").line
        name = self.advance().text if self.current.kind == "name" else "<anonymous>"
        self.expect("(")
        parameters: list[str] = []
        while not self.accept(")"):
            if parameters:
                self.expect(",")
            parameters.append(self.expect_name())
        if self.accept("->"):
            return Function(line, name, parameters, [Return(line, self.expression())])
        return Function(line, name, parameters, self.block())

    def atom(self) -> Node:
        token = self.current
        if token.kind == "number":
            self.advance()
            return Literal(token.line, float(token.text) if "." in token.text else int(token.text))
        if token.kind == "string":
            self.advance()
            text = re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[0]), token.text[1:-1])
            return Literal(token.line, text)
        if token.kind == "name":
            self.advance()
            return Name(token.line, token.text)
        if self.accept("true", "false", "nil"):
            return Literal(token.line, {"true": True, "false": False, "nil": None}[token.text])
        if token.text == "fn":
            return self.function()
        if self.accept("("):
            node = self.expression()
            self.expect(")")
            return node
        if self.accept("["):
            return ListDisplay(token.line, self.items("]"))
        self.fail(f"expected an expression, found {token}")


# ---------------------------------------------------------------- interpreter

class ReturnSignal(Exception):
    def __init__(self, value: Any):
        self.value = value


class BreakSignal(Exception):
    pass


class ContinueSignal(Exception):
    pass


class Scope:
    def __init__(self, parent: Optional[Scope] = None):
        self.names: dict[str, Any] = {}
        self.parent = parent

    def find(self, name: str) -> Optional[Scope]:
        scope: Optional[Scope] = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope


class Closure:
    def __init__(self, function: Function, scope: Scope, interpreter: Interpreter):
        self.function, self.scope, self.interpreter = function, scope, interpreter

    def __call__(self, *arguments: Any) -> Any:
        parameters = self.function.parameters
        if len(arguments) != len(parameters):
            raise TypeError(f"{self.function.name} takes {len(parameters)} arguments, not {len(arguments)}")
        scope = Scope(self.scope)
        scope.names.update(zip(parameters, arguments))
        try:
            self.interpreter.run(self.function.body, scope)
        except ReturnSignal as signal:
            return signal.value
        return None

    def __repr__(self) -> str:
        return f"<fn {self.function.name}>"


def show(value: Any) -> str:
    match value:
        case None: return "nil"
        case bool(): return str(value).lower()
        case str(): return value
        case list(): return "[" + ", ".join(repr(v) if isinstance(v, str) else show(v) for v in value) + "]"
        case _: return str(value)


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "%": lambda a, b: a % b,
    "/": lambda a, b: a / b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
    "..": lambda a, b: list(range(a, b)),
}


class Interpreter:
    def __init__(self, write: Callable[[str], Any] = print):
        self.steps = 0
        self.globals = Scope()
        self.globals.names.update(
            print=lambda *values: write(" ".join(map(show, values))), len=len, str=show, push=list.append,
            pop=list.pop, abs=abs, map=lambda f, items: [f(item) for item in items], sorted=sorted, sum=sum,
            keep=lambda f, items: [item for item in items if f(item)], join=lambda sep,
                items: sep.join(map(show, items)))

    def execute(self, source: str) -> None:
        try:
            self.run(Parser(source).program(), Scope(self.globals))
        except ReturnSignal:
            raise PebbleRuntimeError("'return' outside a function", 0) from None

    def run(self, statements: list[Node], scope: Scope) -> None:
        for statement in statements:
            self.steps += 1
            getattr(self, "run_" + type(statement).__name__, self.evaluate)(statement, scope)

    def run_Let(self, node: Let, scope: Scope) -> None:
        scope.names[node.name] = None
        scope.names[node.name] = self.evaluate(node.value, scope)

    def run_Assign(self, node: Assign, scope: Scope) -> None:
        value = self.evaluate(node.value, scope)
        if isinstance(node.target, Name):
            home = scope.find(node.target.name)
            if home is None:
                raise PebbleRuntimeError(f"{node.target.name!r} is not defined", node.line)
            home.names[node.target.name] = value
        else:
            target, key = self.evaluate(node.target.target, scope), self.evaluate(node.target.key, scope)
            self.guard(node.line, target.__setitem__, key, value)

    def run_If(self, node: If, scope: Scope) -> None:
        self.run(node.then if self.evaluate(node.condition, scope) else node.otherwise, Scope(scope))

    def run_While(self, node: While, scope: Scope) -> None:
        while self.evaluate(node.condition, scope):
            try:
                self.run(node.body, Scope(scope))
            except BreakSignal:
                break
            except ContinueSignal:
                continue

    def run_For(self, node: For, scope: Scope) -> None:
        for item in list(self.evaluate(node.iterable, scope)):
            inner = Scope(scope)
            inner.names[node.name] = item
            try:
                self.run(node.body, inner)
            except BreakSignal:
                break
            except ContinueSignal:
                continue

    def run_Return(self, node: Return, scope: Scope) -> None:
        raise ReturnSignal(self.evaluate(node.value, scope) if node.value else None)

    def run_Jump(self, node: Jump, scope: Scope) -> None:
        raise BreakSignal if node.kind == "break" else ContinueSignal

    def guard(self, line: int, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except (TypeError, ValueError, ZeroDivisionError, LookupError) as error:
            raise PebbleRuntimeError(str(error), line) from error

    def evaluate(self, node: Node, scope: Scope) -> Any:
        match node:
            case Literal(value=value):
                return value
            case Name(name=name):
                home = scope.find(name)
                if home is None:
                    raise PebbleRuntimeError(f"{name!r} is not defined", node.line)
                return home.names[name]
            case ListDisplay(items=items):
                return [self.evaluate(item, scope) for item in items]
            case Unary(op="-", operand=operand):
                return self.guard(node.line, lambda v: -v, self.evaluate(operand, scope))
            case Unary(op="not", operand=operand):
                return not self.evaluate(operand, scope)
            case Binary(op="and", left=left, right=right):
                return self.evaluate(left, scope) and self.evaluate(right, scope)
            case Binary(op="or", left=left, right=right):
                return self.evaluate(left, scope) or self.evaluate(right, scope)
            case Binary(op=op, left=left, right=right):
                return self.guard(node.line, OPERATORS[op], self.evaluate(left, scope), self.evaluate(right, scope))
            case Call(function=function, arguments=arguments):
                callee = self.evaluate(function, scope)
                if not callable(callee):
                    raise PebbleRuntimeError(f"{show(callee)} cannot be called", node.line)
                return self.guard(node.line, callee, *[self.evaluate(a, scope) for a in arguments])
            case Index(target=target, key=key):
                return self.guard(node.line, lambda t, k: t[k], self.evaluate(target, scope), self.evaluate(key, scope))
            case Function():
                return Closure(node, scope, self)
        raise NotImplementedError(type(node).__name__)


# ---------------------------------------------------------------- programs

PROGRAMS = {
    "arithmetic": 'print(1 + 2 * 3, (1 + 2) * 3, -7 % 3, 10 / 4, 2.5 * 2, not true or 1 < 2, "a" + "b", [1, 2] + [3]);',
    "fibonacci": """
        fn fib(n) { if n < 2 { return n } return fib(n - 1) + fib(n - 2) }
        print(map(fib, 0..15));
    """,
    "closures": """
        fn counter(start) {
            let n = start;
            return [fn() { n = n + 1; return n }, fn() -> n];
        }
        let a = counter(10); let b = counter(0);
        a[0](); a[0](); b[0]();
        print(a[1](), b[1](), a);
        let compose = fn(f, g) -> fn(x) -> f(g(x));
        print(compose(fn(x) -> x * 2, fn(x) -> x + 1)(5));
    """,
    "primes": """
        let primes = [];
        for n in 2..60 {
            let prime = true;
            for p in primes {
                if p * p > n { break }
                if n % p == 0 { prime = false; break }
            }
            if not prime { continue }
            push(primes, n);
        }
        print(len(primes), sum(primes), primes);
    """,
    "quicksort": """
        fn sort(items) {
            if len(items) < 2 { return items }
            let pivot = items[0];
            let rest = [];
            for i in 1..len(items) { push(rest, items[i]) }
            return sort(keep(fn(x) -> x < pivot, rest)) + [pivot] + sort(keep(fn(x) -> not (x < pivot), rest));
        }
        print(sort([5, 2, 9, 1, 5, 6, -3, 8]), sort(["pear", "apple", "fig"]));
    """,
    "collatz": """
        let best = [0, 0]; let n = 1;
        while n < 300 {
            let x = n; let steps = 0;
            while x != 1 {
                if x % 2 == 0 { x = x / 2 } else if x > 0 { x = 3 * x + 1 } else { break }
                steps = steps + 1;
            }
            if steps > best[1] { best[0] = n; best[1] = steps }
            n = n + 1;
        }
        print("longest below 300:", join(" with ", best), "steps");
    """,
    "strings": r'print("tab\there", "quote \" and \\", len("héllo"), "line\nbreak", nil, [true, "s", nil]);',
    "no such name": "let x = 1;\nprint(x, y);",
    "bad operand": 'let a = 1;\n\nprint(a + "text");',
    "division": "print(1 / 0);",
    "bad index": "let l = [1, 2];\nl[7] = 3;",
    "arity": "fn f(a, b) -> a\nf(1);",
    "not callable": "let n = 5;\nn(3);",
    "missing brace": "while true {\n  print(1);\n",
    "bad character": "let x = 3 $ 4;",
    "bad expression": "let x = ;",
    "bad target": "1 + 2 = 3;",
    "stray return": "return 5;",
    "missing semicolon": "let a = 1\nlet b = 2;",
}


def main() -> None:
    for title, source in PROGRAMS.items():
        print(f"--- {title}")
        interpreter = Interpreter()
        try:
            interpreter.execute(source)
        except PebbleError as error:
            print(f"{type(error).__name__}: {error}",
                f"(from {type(error.__cause__).__name__})" if error.__cause__ else "")
        print(f"    {interpreter.steps} steps")
    tree = Parser("let f = fn(x) -> -x * 2;").program()
    print(tree == Parser("let f =\n fn(x)\n -> -x * 2;").program())
    print(tree)


if __name__ == "__main__":
    main()
