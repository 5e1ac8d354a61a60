"""A matrix library: operators, slicing, exact elimination with fractions, decompositions, and a few uses."""
from __future__ import annotations

import math
import numbers
import operator
import random
from fractions import Fraction
from functools import reduce
from itertools import chain, product
from typing import Callable, Iterable, Iterator


class ShapeError(ValueError):
    def __init__(self, op: str, left: tuple[int, int], right: tuple[int, int]):
        super().__init__(f"{op}: {left[0]}x{left[1]} and {right[0]}x{right[1]} do not fit")


class SingularError(ArithmeticError):
    pass


class Matrix:
    """An immutable matrix of any numbers: int, float, Fraction, complex."""

    __slots__ = ("_rows", "_hash")

    def __init__(self, rows: Iterable[Iterable]):
        self._rows = tuple(tuple(row) for row in rows)
        if not self._rows or not self._rows[0]:
            raise ValueError("a matrix has at least one element")
        if len({len(row) for row in self._rows}) > 1:
            raise ValueError("the rows have different lengths")
        for value in self:
            if not isinstance(value, numbers.Number):
                raise TypeError(f"{value!r} is not a number")

    @classmethod
    def identity(cls, n: int) -> Matrix:
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    @classmethod
    def build(cls, rows: int, columns: int, function: Callable[[int, int], float]) -> Matrix:
        return cls([[function(i, j) for j in range(columns)] for i in range(rows)])

    @classmethod
    def parse(cls, text: str) -> Matrix:
        return cls([[Fraction(word) for word in line.split()] for line in text.split(";")])

    @property
    def shape(self) -> tuple[int, int]:
        return len(self._rows), len(self._rows[0])

    @property
    def T(self) -> Matrix:
        return Matrix(zip(*self._rows))

    def __iter__(self) -> Iterator:
        return chain.from_iterable(self._rows)

    def __len__(self): return len(self._rows) * len(self._rows[0])
    def __contains__(self, value): return any(value in row for row in self._rows)
    def __eq__(self, other): return self._rows == other._rows if isinstance(other, Matrix) else NotImplemented
    def __bool__(self): return any(self)

    def __hash__(self):
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(self._rows)
            return self._hash

    def __getitem__(self, key):
        if not isinstance(key, tuple):
            key = key, slice(None)
        rows, columns = key
        if isinstance(rows, slice) or isinstance(columns, slice):
            chosen = self._rows[rows] if isinstance(rows, slice) else (self._rows[rows],)
            pick = columns if isinstance(columns, slice) else slice(columns, columns + 1 or None)
            return Matrix(row[pick] for row in chosen)
        return self._rows[rows][columns]

    def map(self, function: Callable) -> Matrix:
        return Matrix([function(value) for value in row] for row in self._rows)

    def _combine(self, other, op, symbol):
        if isinstance(other, numbers.Number):
            return self.map(lambda value: op(value, other))
        if not isinstance(other, Matrix):
            return NotImplemented
        if self.shape != other.shape:
            raise ShapeError(symbol, self.shape, other.shape)
        return Matrix(map(op, a, b) for a, b in zip(self._rows, other._rows))

    def __add__(self, other): return self._combine(other, operator.add, "+")
    def __sub__(self, other): return self._combine(other, operator.sub, "-")
    def __mul__(self, other): return self._combine(other, operator.mul, "*")
    def __truediv__(self, other): return self._combine(other, operator.truediv, "/")
    def __mod__(self, other): return self._combine(other, operator.mod, "%")
    __radd__ = __add__
    __rmul__ = __mul__
    def __rsub__(self, other): return -self + other
    def __neg__(self): return self.map(operator.neg)
    def __pos__(self): return self
    def __abs__(self): return math.sqrt(sum(abs(value) ** 2 for value in self))
    def __round__(self, digits=None): return self.map(lambda value: round(value, digits))

    def __matmul__(self, other):
        if not isinstance(other, Matrix):
            return NotImplemented
        if self.shape[1] != other.shape[0]:
            raise ShapeError("@", self.shape, other.shape)
        columns = list(zip(*other._rows))
        return Matrix([sum(map(operator.mul, row, column)) for column in columns] for row in self._rows)

    def __pow__(self, exponent: int, modulus=None) -> Matrix:
        if not isinstance(exponent, int):
            return NotImplemented
        base = self.inverse() if exponent < 0 else self
        result, exponent = Matrix.identity(self._square()), abs(exponent)
        while exponent:
            if exponent & 1:
                result = result @ base if modulus is None else (result @ base) % modulus
            base = base @ base if modulus is None else (base @ base) % modulus
            exponent >>= 1
        return result

    def __format__(self, spec):
        cells = [[format(value, spec) for value in row] for row in self._rows]
        widths = [max(map(len, column)) for column in zip(*cells)]
        return "\n".join("[" + "  ".join(cell.rjust(width) for cell, width in zip(row, widths)) + "]" for row in cells)

    def __str__(self): return format(self)
    def __repr__(self): return f"Matrix({[list(row) for row in self._rows]})"

    def _square(self) -> int:
        rows, columns = self.shape
        if rows != columns:
            raise ShapeError("square", self.shape, (rows, rows))
        return rows

    def _eliminate(self) -> tuple[list[list], list[int], int]:
        """Reduced row echelon form, its pivot columns, and the determinant's factor."""
        rows = [list(map(exact, row)) for row in self._rows]
        pivots, factor = [], 1
        for column in range(self.shape[1]):
            start = len(pivots)
            if start == len(rows):
                break
            best = max(range(start, len(rows)), key=lambda i: abs(rows[i][column]))
            if not rows[best][column]:
                continue
            if best != start:
                rows[start], rows[best] = rows[best], rows[start]
                factor = -factor
            pivot = rows[start][column]
            factor *= pivot
            rows[start] = [value / pivot for value in rows[start]]
            for i, row in enumerate(rows):
                if i != start and row[column]:
                    scale = row[column]
                    rows[i] = [a - scale * b for a, b in zip(row, rows[start])]
            pivots.append(column)
        return rows, pivots, factor

    def rank(self) -> int: return len(self._eliminate()[1])

    def det(self):
        n = self._square()
        _, pivots, factor = self._eliminate()
        return factor if len(pivots) == n else 0

    def inverse(self) -> Matrix:
        n = self._square()
        rows, pivots, _ = self.beside(Matrix.identity(n))._eliminate()
        if pivots != list(range(n)):
            raise SingularError("the matrix has no inverse")
        return Matrix(row[n:] for row in rows)

    __invert__ = inverse

    def beside(self, other: Matrix) -> Matrix:
        return Matrix(a + b for a, b in zip(self._rows, other._rows, strict=True))

    def solve(self, right: Matrix) -> Matrix:
        rows, pivots, _ = self.beside(right)._eliminate()
        if pivots != list(range(self.shape[1])):
            raise SingularError("no single solution")
        return Matrix(row[self.shape[1]:] for row in rows[:len(pivots)])

    def trace(self): return sum(self[i, i] for i in range(self._square()))

    def minor(self, i: int, j: int) -> Matrix:
        return Matrix(row[:j] + row[j + 1:] for k, row in enumerate(self._rows) if k != i)

    def laplace(self):
        """The determinant again, slowly, by expansion along the first row."""
        if self._square() == 1:
            return self[0, 0]
        return sum((-1) ** j * self[0, j] * self.minor(0, j).laplace() for j in range(self.shape[1]))

    def lu(self) -> tuple[Matrix, Matrix]:
        n = self._square()
        lower, upper = [[exact(i == j) for j in range(n)] for i in range(n)], [
            list(map(exact, row)) for row in self._rows]
        for k in range(n):
            if not upper[k][k]:
                raise SingularError("a pivot is zero")
            for i in range(k + 1, n):
                scale = lower[i][k] = upper[i][k] / upper[k][k]
                upper[i] = [a - scale * b for a, b in zip(upper[i], upper[k])]
        return Matrix(lower), Matrix(upper)

    def qr(self) -> tuple[Matrix, Matrix]:
        columns: list[list[float]] = []
        for column in zip(*self._rows):
            rest = list(map(float, column))
            for q in columns:
                along = sum(map(operator.mul, q, column))
                rest = [r - along * x for r, x in zip(rest, q)]
            length = math.hypot(*rest)
            columns.append([r / length for r in rest])
        q = Matrix(columns).T
        return q, q.T @ self

    def characteristic(self) -> list:
        """The coefficients of the characteristic polynomial (Faddeev-LeVerrier), highest first."""
        n = self._square()
        a, m, coefficients = self.map(exact), Matrix.identity(n) * 0, [Fraction(1)]
        for k in range(1, n + 1):
            m = a @ m + Matrix.identity(n) * coefficients[-1]
            coefficients.append(-(a @ m).trace() / k)
        return coefficients


def exact(value):
    return Fraction(value) if isinstance(value, int) else value


def polynomial(coefficients, x):
    return reduce(lambda total, c: total * x + c, coefficients)


def eigenvalue(matrix: Matrix, rounds=60) -> float:
    """The largest eigenvalue by power iteration."""
    vector = Matrix([[1.0]] * matrix.shape[0])
    for _ in range(rounds):
        vector = matrix @ vector
        vector = vector / max(map(abs, vector))
    return next(iter(matrix @ vector)) / next(iter(vector))


def main():
    a = Matrix([[2, 1, -1], [-3, -1, 2], [-2, 1, 2]])
    b = Matrix.build(3, 3, lambda i, j: i * 3 + j)
    print(a, b, f"{a / 3:.2f}", sep="\n\n")
    print(repr(a + b), repr(a - 1), repr(2 * a), repr(1 - a), repr(-a), repr(a @ b), repr(a * b), sep="\n")
    print(a.T == Matrix(zip(*[[2, 1, -1], [-3, -1, 2], [-2, 1, 2]])), a.T.T == a, hash(a) == hash(a.T.T),
        {a: "key"}[a.T.T], a == 5, 7 in b, list(b)[-1], len(a), bool(b - b), +a is a)
    print(a[0, 1], repr(a[1]), repr(a[:, 0]), repr(a[:2, 1:]), repr(a[-1, -2:]), repr(a[::-1]), repr(a[:, -1]))
    print(a.det(), a.laplace(), b.det(), a.rank(), b.rank(), a.trace(), repr(a.inverse()),
        (~a) @ a == Matrix.identity(3), a ** 0 == Matrix.identity(3), repr(a ** 3),
        (a ** -2) @ (a ** 2) == Matrix.identity(3))
    print(repr(a.solve(Matrix([[8], [-11], [-3]]))))
    lower, upper = a.lu()
    print(repr(lower), repr(upper), lower @ upper == a)
    q, r = a.qr()
    print(f"{q:.4f}", f"{r:+.4f}", round(abs(q @ r - a), 10), f"{abs(q.T @ q - Matrix.identity(3)) < 1e-12}", sep="\n")
    coefficients = a.characteristic()
    print(list(map(str, coefficients)), sum((c * (a ** (3 - i)) for i, c in enumerate(coefficients)),
        Matrix.identity(3) * 0) == Matrix.identity(3) * 0)
    symmetric = Matrix([[4, 1, 0], [1, 3, 1], [0, 1, 2]])
    top = eigenvalue(symmetric)
    print(f"{top:.9f} {polynomial(symmetric.characteristic(), top):.6f}")
    fibonacci = Matrix([[1, 1], [1, 0]])
    print((fibonacci ** 90)[0, 1], pow(fibonacci, 10 ** 18, 10 ** 9 + 7)[0, 1])
    hilbert = Matrix.build(6, 6, lambda i, j: Fraction(1, i + j + 1))
    print(hilbert.det(), repr(hilbert.inverse()[0]), hilbert @ hilbert.inverse() == Matrix.identity(6))
    turn = Matrix([[math.cos(math.pi / 6), -math.sin(math.pi / 6)], [math.sin(math.pi / 6), math.cos(math.pi / 6)]])
    print(round(turn ** 12, 12) == Matrix.identity(2), f"{turn ** 3:.3f}", sep="\n")
    spin = Matrix([[0, -1j], [1j, 0]])
    print(repr(spin @ spin), abs(spin), f"{spin:.1f}")
    print(repr(Matrix.parse("1/2 0.25; -3 1e1")), repr(Matrix.parse("1 2; 3 4").inverse()))
    random.seed(11)
    for n in (2, 3, 4, 5):
        m = Matrix.build(n, n, lambda i, j: random.randint(-9, 9))
        other = Matrix.build(n, n, lambda i, j: random.randint(-9, 9))
        print(n, m.det(), m.det() == m.laplace(), (m @ other).det() == m.det() * other.det(),
            (m @ other).T == other.T @ m.T, m.trace() + other.trace() == (m + other).trace())
    cases = {"shape": lambda: a + Matrix([[1]]), "product": lambda: a @ Matrix([[1, 2]]),
        "singular": lambda: b.inverse(), "not square": lambda: a[:2].det(), "empty": lambda: Matrix([]),
        "ragged": lambda: Matrix([[1], [2, 3]]), "text": lambda: Matrix([["x"]]), "unknown": lambda: a + "x",
        "unknown product": lambda: a @ 5, "power": lambda: a ** 1.5,
             "division": lambda: a / 0, "slot": lambda: setattr(a, "extra", 1), "index": lambda: a[5, 5],
                 "solve": lambda: b.solve(Matrix([[1], [2], [4]])), "pivot": lambda: Matrix([[0, 1], [1, 0]]).lu()}
    for name, case in cases.items():
        try:
            print(name, repr(case()))
        except (ValueError, TypeError, ArithmeticError, AttributeError, IndexError) as error:
            print(f"{name}: {type(error).__name__}: {error}")
    magic = Matrix([[2, 7, 6], [9, 5, 1], [4, 3, 8]])
    sums = {*map(sum, magic._rows), *map(sum, magic.T._rows), magic.trace(), magic[::-1].trace()}
    print(sums, sum(1 for i, j in product(range(3), repeat=2) if magic[i, j] % 2), sorted(magic))


if __name__ == "__main__":
    main()
