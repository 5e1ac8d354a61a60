"""An object-relational mapper on metaclasses and descriptors, over a small table store that speaks a bit of SQL."""
from __future__ import annotations

import datetime
import operator
import re
from collections import OrderedDict
from typing import Any, Iterator


class OrmError(Exception):
    pass


class ValidationError(OrmError):
    def __init__(self, field: Field, value: Any, why: str):
        super().__init__(f"{field.model.__name__}.{field.name}: {value!r} {why}")


class DoesNotExist(OrmError, LookupError):
    pass


class MultipleFound(OrmError, LookupError):
    pass


class IntegrityError(OrmError):
    pass


# ---------------------------------------------------------------- the store

class Table:
    def __init__(self, name: str, columns: list[str], unique: set[str]):
        self.name, self.columns, self.unique = name, columns, unique
        self.rows: OrderedDict[int, dict[str, Any]] = OrderedDict()
        self.next_id = 1


class Store:
    """Holds the tables; every statement is logged as SQL, and transactions can be undone."""

    def __init__(self):
        self.tables: dict[str, Table] = {}
        self.log: list[str] = []
        self.undo: list[list] = []

    def record(self, sql: str, *values):
        literals = iter(values)
        self.log.append(re.sub(r"\?", lambda _: self.literal(next(literals)), sql))

    @staticmethod
    def literal(value) -> str:
        match value:
            case None: return "NULL"
            case bool(): return str(int(value))
            case str(): return "'" + value.replace("'", "''") + "'"
            case datetime.date(): return f"'{value.isoformat()}'"
            case _: return str(value)

    def create(self, name, fields):
        columns = ", ".join(
            f"{f.column} {f.sql_type}{' NOT NULL' if not f.null else ''}{' UNIQUE' if f.unique else ''}" for f in fields)
        self.record(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {columns})")
        self.tables[name] = Table(name, [f.column for f in fields], {f.column for f in fields if f.unique})

    def check_unique(self, table: Table, row: dict, row_id):
        for column in table.unique:
            for other_id, other in table.rows.items():
                if other_id != row_id and other[column] == row[column] and row[column] is not None:
                    raise IntegrityError(f"UNIQUE constraint failed: {table.name}.{column}")

    def insert(self, name, row: dict) -> int:
        table = self.tables[name]
        self.record(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())
        self.check_unique(table, row, None)
        row_id, table.next_id = table.next_id, table.next_id + 1
        table.rows[row_id] = dict(row, id=row_id)
        self.remember(lambda: table.rows.pop(row_id))
        return row_id

    def update(self, name, row_id, changes: dict):
        table = self.tables[name]
        self.record(f"UPDATE {name} SET {', '.join(f'{c} = ?' for c in changes)} WHERE id = ?", *changes.values(),
            row_id)
        old = dict(table.rows[row_id])
        self.check_unique(table, old | changes, row_id)
        table.rows[row_id].update(changes)
        self.remember(lambda: table.rows.__setitem__(row_id, old))

    def delete(self, name, row_id):
        self.record(f"DELETE FROM {name} WHERE id = ?", row_id)
        old = self.tables[name].rows.pop(row_id)
        self.remember(lambda: self.tables[name].rows.__setitem__(row_id, old))

    def remember(self, action):
        if self.undo:
            self.undo[-1].append(action)

    def __enter__(self):
        self.record("BEGIN")
        self.undo.append([])
        return self

    def __exit__(self, kind, value, traceback):
        actions = self.undo.pop()
        if kind is None:
            self.record("COMMIT")
            if self.undo:
                self.undo[-1] += actions
        else:
            self.record("ROLLBACK")
            for action in reversed(actions):
                action()


store = Store()


# ---------------------------------------------------------------- fields

class Field:
    python_type: type = object
    sql_type = "BLOB"
    _counter = 0

    def __init__(self, *, default: Any = None, null: bool = False, unique: bool = False, choices=None):
        self.default, self.null, self.unique, self.choices = default, null, unique, choices
        Field._counter += 1
        self.order = Field._counter

    def __set_name__(self, owner, name):
        self.model, self.name = owner, name

    @property
    def column(self) -> str:
        return self.name

    def __get__(self, instance, owner):
        return FieldExpression(self) if instance is None else instance._values.get(self.name)

    def __set__(self, instance, value):
        value = self.clean(value)
        if instance._values.get(self.name) != value:
            instance._dirty.add(self.name)
        instance._values[self.name] = value

    def clean(self, value):
        if value is None:
            return None
        try:
            value = self.convert(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(self, value, f"is no {self.python_type.__name__}") from error
        if self.choices and value not in self.choices:
            raise ValidationError(self, value, f"is none of {', '.join(map(repr, self.choices))}")
        return self.validate(value)

    def convert(self, value): return value if isinstance(value, self.python_type) else self.python_type(value)
    def validate(self, value): return value


class Integer(Field):
    python_type, sql_type = int, "INTEGER"

    def __init__(self, *, low=None, high=None, **options):
        super().__init__(**options)
        self.low, self.high = low, high

    def validate(self, value):
        if self.low is not None and value < self.low or self.high is not None and value > self.high:
            raise ValidationError(self, value, f"is not between {self.low} and {self.high}")
        return value


class Text(Field):
    python_type, sql_type = str, "TEXT"

    def __init__(self, length=None, *, pattern=None, **options):
        super().__init__(**options)
        self.length, self.pattern = length, pattern and re.compile(pattern)

    def convert(self, value):
        if not isinstance(value, str):
            raise TypeError
        return value

    def validate(self, value):
        if self.length and len(value) > self.length:
            raise ValidationError(self, value, f"is longer than {self.length}")
        if self.pattern and not self.pattern.fullmatch(value):
            raise ValidationError(self, value, "does not match")
        return value


class Boolean(Field):
    python_type, sql_type = bool, "BOOLEAN"


class Date(Field):
    python_type, sql_type = datetime.date, "DATE"

    def convert(self, value):
        return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)


class ForeignKey(Field):
    sql_type = "INTEGER"

    def __init__(self, target, related=None, **options):
        super().__init__(**options)
        self.target, self.related = target, related

    @property
    def column(self): return self.name + "_id"

    def __set_name__(self, owner, name):
        super().__set_name__(owner, name)
        setattr(self.target, self.related or owner.__name__.lower() + "_set", Reverse(self))

    def __get__(self, instance, owner):
        if instance is None:
            return FieldExpression(self)
        key = instance._values.get(self.name)
        return None if key is None else self.target.objects.get(id=key)

    def convert(self, value):
        if isinstance(value, Model):
            if value.id is None:
                raise ValidationError(self, value, "is not saved yet")
            if not isinstance(value, self.target):
                raise TypeError
            return value.id
        return int(value)


class Reverse:
    def __init__(self, field): self.field = field

    def __get__(self, instance, owner):
        if instance is None:
            return self
        return self.field.model.objects.filter(**{self.field.name: instance.id})


# ---------------------------------------------------------------- queries

OPERATORS = {"exact": ("=", operator.eq), "ne": ("<>", operator.ne), "lt": ("<", operator.lt),
    "le": ("<=", operator.le), "gt": (">", operator.gt), "ge": (">=", operator.ge),
             "in": ("IN", lambda a, b: a in b), "contains": ("LIKE", lambda a, b: b in a),
                 "startswith": ("LIKE", lambda a, b: a.startswith(b)), "isnull": ("IS NULL", lambda a,
                 b: (a is None) == b)}


class Condition:
    def __init__(self, sql: str, test): self.sql, self.test = sql, test
    def __and__(self, other): return Condition(f"({self.sql} AND {other.sql})",
            lambda row: self.test(row) and other.test(row))
    def __or__(self, other): return Condition(f"({self.sql} OR {other.sql})",
            lambda row: self.test(row) or other.test(row))
    def __invert__(self): return Condition(f"NOT {self.sql}", lambda row: not self.test(row))


class FieldExpression:
    """`Book.pages > 100`: comparing a field makes a condition."""

    def __init__(self, field): self.field = field

    def _compare(self, name, value):
        symbol, function = OPERATORS[name]
        column = self.field.column
        value = [self.field.clean(
            v) for v in value] if name == "in" else value if name == "isnull" else self.field.clean(value)
        if name == "isnull":
            sql = f"{column} IS {'' if value else 'NOT '}NULL"
        elif name in ("contains", "startswith"):
            sql = f"{column} LIKE {Store.literal(('%' if name == 'contains' else '') + value + '%')}"
        elif name == "in":
            sql = f"{column} IN ({', '.join(map(Store.literal, value))})"
        else:
            sql = f"{column} {symbol} {Store.literal(value)}"
        return Condition(sql, lambda row: (row[column] is not None or name == "isnull") and function(row[column],
            value))

    def __eq__(self, value): return self._compare("exact", value)
    def __ne__(self, value): return self._compare("ne", value)
    def __lt__(self, value): return self._compare("lt", value)
    def __le__(self, value): return self._compare("le", value)
    def __gt__(self, value): return self._compare("gt", value)
    def __ge__(self, value): return self._compare("ge", value)
    __hash__ = None

    def __getattr__(self, name):
        if name in OPERATORS:
            return lambda value=True: self._compare(name, value)
        raise AttributeError(f"{self.field.model.__name__}.{self.field.name} has no operation {name!r}")


class Query:
    def __init__(self, model, conditions=(), order=(), window=slice(None)):
        self.model, self.conditions, self.order, self.window = model, conditions, order, window

    def _copy(self, **changes): return Query(**{**vars(self), **changes})

    def filter(self, *conditions: Condition, **lookups) -> Query:
        made = []
        for key, value in lookups.items():
            name, _, op = key.partition("__")
            if name == "id":
                made.append(Condition(f"id = {value}", lambda row, value=value: row["id"] == value))
                continue
            if name not in self.model._fields:
                raise OrmError(f"{self.model.__name__} has no field {name!r}")
            made.append(getattr(FieldExpression(self.model._fields[name]), op or "exact")(value))
        return self._copy(conditions=(*self.conditions, *conditions, *made))

    def exclude(self, **lookups):
        inner = self.model.objects.filter(**lookups).conditions
        return self._copy(conditions=(*self.conditions, *(~c for c in inner)))

    def order_by(self, *names): return self._copy(order=names)

    def __getitem__(self, key):
        if isinstance(key, slice):
            return self._copy(window=key)
        return list(self)[key]

    def _rows(self, what="*"):
        sql = f"SELECT {what} FROM {self.model._table}"
        if self.conditions:
            sql += " WHERE " + " AND ".join(c.sql for c in self.conditions)
        if self.order:
            sql += " ORDER BY " + ", ".join(n.lstrip("-") + " DESC" * n.startswith("-") for n in self.order)
        if self.window != slice(None):
            sql += f" LIMIT {(self.window.stop or 0) - (self.window.start or 0)} OFFSET {self.window.start or 0}"
        store.record(sql)
        rows = [row for row in store.tables[self.model._table].rows.values() if all(
            c.test(row) for c in self.conditions)]
        for name in reversed(self.order):
            column = self.model._fields[name.lstrip("-")].column if name.lstrip("-") != "id" else "id"
            rows.sort(key=lambda row: (row[column] is None, row[column]), reverse=name.startswith("-"))
        return rows[self.window]

    def __iter__(self) -> Iterator[Model]: return (self.model._from_row(row) for row in self._rows())
    def __len__(self): return len(self._rows("COUNT(*)"))
    def __bool__(self): return bool(self[:1]._rows("1"))
    def count(self): return len(self)
    def first(self): return next(iter(self[:1]), None)
    def delete(self): return sum(item.delete() for item in list(self))

    def values(self, *names):
        return [{n: row[n] if n == "id" else row[self.model._fields[n].column] for n in names} for row in self._rows(
            ", ".join(names))]

    def update(self, **changes):
        items = list(self)
        for item in items:
            for name, value in changes.items():
                setattr(item, name, value)
            item.save()
        return len(items)

    def aggregate(self, function, name):
        values = [v[name] for v in self.values(name) if v[name] is not None]
        return function(values) if values else None

    def get(self, *conditions, **lookups):
        found = list(self.filter(*conditions, **lookups)[:2])
        if not found:
            raise DoesNotExist(f"no {self.model.__name__} with {lookups}")
        if len(found) > 1:
            raise MultipleFound(f"more than one {self.model.__name__} with {lookups}")
        return found[0]

    def create(self, **values):
        item = self.model(**values)
        item.save()
        return item

    def __repr__(self): return f"<Query {list(self)}>"


class Manager:
    def __get__(self, instance, owner):
        if instance is not None:
            raise AttributeError("objects can only be reached through the class")
        return Query(owner)


# ---------------------------------------------------------------- models

class ModelMeta(type):
    models: dict[str, type] = {}

    def __new__(mcls, name, bases, namespace, abstract=False, table=None):
        inherited = {n: f for base in reversed(bases) for n, f in getattr(base, "_fields", {}).items()}
        own = {n: f for n, f in namespace.items() if isinstance(f, Field)}
        namespace["_fields"] = inherited | dict(sorted(own.items(), key=lambda item: item[1].order))
        namespace["_table"] = table or name.lower() + "s"
        cls = super().__new__(mcls, name, bases, namespace)
        if not abstract:
            for n, f in inherited.items():
                copy = object.__new__(type(f))
                copy.__dict__.update(f.__dict__)
                setattr(cls, n, copy)
                copy.__set_name__(cls, n)
                cls._fields[n] = copy
            mcls.models[name] = cls
            store.create(cls._table, list(cls._fields.values()))
        return cls

    def __init__(cls, name, bases, namespace, **options): super().__init__(name, bases, namespace)
    def __len__(cls): return cls.objects.count()
    def __iter__(cls): return iter(cls.objects)
    def __contains__(cls, item): return isinstance(item, cls) and bool(cls.objects.filter(id=item.id))


class Model(metaclass=ModelMeta, abstract=True):
    objects = Manager()

    def __init__(self, **values):
        self.id, self._values, self._dirty = None, {}, set()
        for name, field in self._fields.items():
            default = field.default() if callable(field.default) else field.default
            setattr(self, name, values.pop(name, default))
        if values:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(map(repr, values))}")

    @classmethod
    def _from_row(cls, row):
        item = cls.__new__(cls)
        item.id, item._dirty = row["id"], set()
        item._values = {name: row[field.column] for name, field in cls._fields.items()}
        return item

    def save(self):
        for name, field in self._fields.items():
            if self._values.get(name) is None and not field.null:
                raise ValidationError(field, None, "is required")
        columns = {self._fields[name].column: self._values[name] for name in (
            self._fields if self.id is None else sorted(self._dirty))}
        if self.id is None:
            self.id = store.insert(self._table, columns)
        elif columns:
            store.update(self._table, self.id, columns)
        self._dirty.clear()
        return self

    def delete(self):
        store.delete(self._table, self.id)
        self.id = None
        return 1

    def __eq__(self, other): return type(self) is type(other) and self.id is not None and self.id == other.id
    def __hash__(self): return hash((type(self), self.id))
    def __repr__(self): return f"<{type(self).__name__} {self.id}: {self}>"
    def __str__(self): return ", ".join(f"{k}={v!r}" for k, v in self._values.items())


class Stamped(Model, abstract=True):
    created = Date(default=lambda: datetime.date(2024, 5, 1))


class Author(Stamped):
    name = Text(30)
    email = Text(pattern=r"[\w.]+@[\w.]+", unique=True, null=True)
    born = Integer(low=1500, high=2020, null=True)
    def __str__(self): return self.name


class Book(Stamped, table="library_books"):
    title = Text(60)
    pages = Integer(low=1, default=100)
    genre = Text(choices=("novel", "essay", "poetry"), default="novel")
    in_print = Boolean(default=True)
    author = ForeignKey(Author, related="books")
    def __str__(self): return f"{self.title} ({self.pages})"


def attempt(action):
    try:
        print("  fine:", action())
    except (OrmError, TypeError, AttributeError) as error:
        print(f"  {type(error).__name__}: {error}" + (
            f" <- {type(error.__cause__).__name__}" if error.__cause__ else ""))


def main():
    jane = Author.objects.create(name="Jane O'Austen", email="jane@example.org", born=1775)
    mary = Author(name="Mary Shelley", born="1797").save()
    anon = Author.objects.create(name="Anonymous")
    for title, pages, genre, author in (("Emma", 470, "novel", jane), ("Persuasion", 250, "novel", jane),
            ("Frankenstein", 280, "novel", mary), ("On Ghosts", 12, "essay", mary), ("Verses", 33, "poetry", anon)):
        Book.objects.create(title=title, pages=pages, genre=genre, author=author)
    print(Author._fields.keys(), Book._table, len(Book), list(Author), sorted(ModelMeta.models))
    print(list(jane.books), mary.books.filter(pages__lt=100).first(), Book.objects.get(title="Emma").author == jane)
    print(list(Book.objects.filter((Book.pages > 200) & (Book.genre == "novel") | (Book.title == "Verses")).order_by(
        "-pages")))
    print(list(Book.objects.filter(~(Book.pages >= 250)).order_by("title")),
        Book.objects.exclude(genre="novel").count(), [b.title for b in Book.objects.order_by("-pages")[1:3]])
    print(list(Author.objects.filter(born__isnull=True)), Author.objects.filter(name__contains="'").first(),
        Book.objects.filter(genre__in=["essay", "poetry"]).values("id", "title", "author"))
    print(Book.objects.aggregate(sum, "pages"), Book.objects.filter(pages__gt=10**6).aggregate(max, "pages"),
        Book.objects.order_by("genre", "-title").values("title"), bool(Book.objects.filter(id=77)), jane in Author,
        Book.objects[0].created)
    emma = Book.objects.get(title="Emma")
    emma.pages += 4
    emma.title = "Emma"
    print(emma._dirty, emma.save(), emma._dirty, Book.objects.filter(genre="novel").update(in_print=False))
    print("errors")
    attempt(lambda: Author(name="x" * 31))
    attempt(lambda: Author(name=5))
    attempt(lambda: Author(name="ok", email="not an address"))
    attempt(lambda: Author(nickname="j", age=3))
    attempt(lambda: Author().save())
    attempt(lambda: Author.objects.create(name="Copy", email="jane@example.org"))
    attempt(lambda: Book(title="t", pages=0))
    attempt(lambda: Book(title="t", pages="many"))
    attempt(lambda: Book(title="t", genre="manual"))
    attempt(lambda: Book(title="t", created="yesterday"))
    attempt(lambda: Book(title="t", author=Author(name="unsaved")))
    attempt(lambda: Book(title="t", author=emma))
    attempt(lambda: Book.objects.get(title="Nothing"))
    attempt(lambda: Book.objects.get(genre="novel"))
    attempt(lambda: Book.objects.filter(colour="red"))
    attempt(lambda: Book.objects.filter(pages__near=5))
    attempt(lambda: emma.objects)
    attempt(lambda: {Book.title: 1})
    print("transactions")
    try:
        with store:
            Book.objects.filter(author=mary).delete()
            emma.title = "Changed"
            emma.save()
            with store:
                Author.objects.create(name="Temporary")
            print(len(Book), len(Author), [b.title for b in Book])
            raise IntegrityError("undo it all")
    except IntegrityError as error:
        print(error, len(Book), len(Author), Book.objects.get(id=emma.id).title,
            [b.title for b in Book.objects.order_by("id")])
    with store:
        anon.delete()
    print(len(Author), anon.id, len({jane, Author.objects.get(id=1), mary}))
    print(len(store.log), *store.log[:12], "...", *store.log[-12:], sep="\n")


if __name__ == "__main__":
    main()
