"""A bank: accounts, transactions that roll back, an audit trail, interest, and many ways to go wrong."""
from __future__ import annotations

import contextlib
import functools
import itertools
from abc import ABC, abstractmethod
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Iterator, NamedTuple

CENT = Decimal("0.01")


class BankError(Exception):
    """The base of everything that the bank refuses to do."""

    code = 1


class InsufficientFunds(BankError):
    code = 2

    def __init__(self, account: Account, missing: Decimal):
        super().__init__(f"account {account.number} lacks {missing}")
        self.account, self.missing = account, missing


class AccountLocked(BankError):
    code = 3


class UnknownAccount(BankError, KeyError):
    code = 4

    def __str__(self):
        return f"no account {self.args[0]!r}"


class LimitExceeded(BankError):
    code = 5


class BadAmount(BankError, ValueError):
    code = 6


class Money:
    """An exact, non-negative amount; descriptors of this class check what is assigned."""

    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.slot)

    def __set__(self, instance, value):
        setattr(instance, self.slot, self.parse(value, allow_negative=True))

    @staticmethod
    def parse(value, *, allow_negative=False) -> Decimal:
        if isinstance(value, float):
            raise BadAmount(f"{value!r} is a float, and money is exact")
        try:
            amount = Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise BadAmount(f"{value!r} is not an amount") from None
        if not amount.is_finite():
            raise BadAmount(f"{value!r} is not finite")
        if amount < 0 and not allow_negative:
            raise BadAmount(f"{value!r} is negative")
        return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)


class Entry(NamedTuple):
    day: date
    text: str
    amount: Decimal
    balance: Decimal

    def __str__(self):
        return f"{self.day:%d.%m.%y} {self.text:<24} {self.amount:>+12,.2f} {self.balance:>12,.2f}"


class Account(ABC):
    balance = Money()
    _numbers = itertools.count(1001)
    kinds: dict[str, type[Account]] = {}

    def __init_subclass__(cls, kind: str, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.kind = kind
        Account.kinds[kind] = cls

    def __init__(self, bank: Bank, owner: str, opening="0"):
        self.bank, self.owner, self.number = bank, owner, next(self._numbers)
        self.balance = "0"
        self.locked = False
        self.entries: list[Entry] = []
        if Money.parse(opening):
            self.deposit(opening, "opening")

    @property
    @abstractmethod
    def available(self) -> Decimal:
        """What can be taken out."""

    def change(self, amount: Decimal, text: str) -> None:
        if self.locked:
            raise AccountLocked(f"account {self.number} is locked")
        self.bank.remember(self)
        self.balance += amount
        self.entries.append(Entry(self.bank.today, text, amount, self.balance))

    def deposit(self, amount, text="deposit") -> None:
        self.change(Money.parse(amount), text)

    def withdraw(self, amount, text="withdrawal") -> None:
        amount = Money.parse(amount)
        if amount > self.available:
            raise InsufficientFunds(self, amount - self.available)
        self.change(-amount, text)

    def month_end(self) -> None:
        pass

    def statement(self) -> str:
        lines = [f"{self.kind} account {self.number} of {self.owner}"] + [str(e) for e in self.entries]
        return "\n".join(lines)

    def __lt__(self, other): return self.number < other.number
    def __repr__(self): return f"<{type(self).__name__} {self.number} {self.owner} {self.balance}>"


class Checking(Account, kind="checking"):
    def __init__(self, bank, owner, opening="0", overdraft="100"):
        self.overdraft = Money.parse(overdraft)
        super().__init__(bank, owner, opening)

    @property
    def available(self):
        return self.balance + self.overdraft

    def month_end(self):
        if self.balance < 0:
            self.change((self.balance * Decimal("0.012")).quantize(CENT), "overdraft fee")


class Savings(Account, kind="savings"):
    rate = Decimal("0.025")
    monthly_limit = 2

    def __init__(self, *args, **kwargs):
        self.withdrawals: defaultdict[tuple[int, int], int] = defaultdict(int)
        super().__init__(*args, **kwargs)

    @property
    def available(self):
        return self.balance

    def withdraw(self, amount, text="withdrawal"):
        month = self.bank.today.year, self.bank.today.month
        if self.withdrawals[month] >= self.monthly_limit:
            raise LimitExceeded(f"only {self.monthly_limit} withdrawals a month from account {self.number}")
        super().withdraw(amount, text)
        self.withdrawals[month] += 1

    def month_end(self):
        if interest := (self.balance * self.rate / 12).quantize(CENT):
            self.deposit(interest, "interest")


def audited(method):
    """Record every call of a method of the bank, and how it ended."""
    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        arguments = ", ".join([*map(str, args), *(f"{k}={v}" for k, v in kwargs.items())])
        try:
            result = method(self, *args, **kwargs)
        except BankError as error:
            self.audit.append(f"{method.__name__}({arguments}) -> {type(error).__name__} [{error.code}]")
            raise
        self.audit.append(f"{method.__name__}({arguments}) ok")
        return result
    return wrapper


class Bank:
    def __init__(self, name: str, today: date):
        self.name, self.today = name, today
        self.accounts: dict[int, Account] = {}
        self.audit: list[str] = []
        self._journals: list[dict[Account, tuple]] = []

    def __getitem__(self, number: int) -> Account:
        try:
            return self.accounts[number]
        except KeyError:
            raise UnknownAccount(number) from None

    def __iter__(self) -> Iterator[Account]:
        return iter(sorted(self.accounts.values()))

    def remember(self, account: Account) -> None:
        for journal in self._journals:
            journal.setdefault(account, (account.balance, len(account.entries)))

    @contextlib.contextmanager
    def transaction(self, text=""):
        """All or nothing: when the body raises, every balance is as it was."""
        journal: dict[Account, tuple] = {}
        self._journals.append(journal)
        try:
            yield journal
        except BaseException as error:
            for account, (balance, length) in journal.items():
                account.balance = balance
                del account.entries[length:]
            if isinstance(error, BankError):
                error.add_note(f"rolled back {len(journal)} account(s){': ' + text if text else ''}")
            raise
        finally:
            self._journals.pop()

    @audited
    def open(self, kind: str, owner: str, opening="0", **options) -> Account:
        account = Account.kinds[kind](self, owner, opening, **options)
        self.accounts[account.number] = account
        return account

    @audited
    def transfer(self, source: int, target: int, amount, text="transfer") -> None:
        with self.transaction(text):
            self[source].withdraw(amount, f"{text} to {target}")
            self[target].deposit(amount, f"{text} from {source}")

    @audited
    def pay_all(self, source: int, amounts: dict[int, str]) -> None:
        with self.transaction("payroll"):
            for target, amount in amounts.items():
                self.transfer(source, target, amount, "wages")

    @contextlib.contextmanager
    def locked(self, *numbers: int):
        with contextlib.ExitStack() as stack:
            for number in numbers:
                account = self[number]
                account.locked = True
                stack.callback(setattr, account, "locked", False)
            yield

    def advance(self, days: int) -> None:
        for _ in range(days):
            tomorrow = self.today + timedelta(1)
            if tomorrow.month != self.today.month:
                for account in self:
                    account.month_end()
            self.today = tomorrow

    @property
    def total(self) -> Decimal:
        return sum((account.balance for account in self), Decimal(0))


def attempt(action, *args, **kwargs):
    try:
        action(*args, **kwargs)
    except BankError as error:
        notes = "".join(f"\n      note: {note}" for note in getattr(error, "__notes__", ()))
        print(f"  refused [{error.code}] {type(error).__name__}: {error}{notes}")
    else:
        print("  accepted")


def main():
    bank = Bank("First Bank of Examples", date(2024, 1, 15))
    anna = bank.open("checking", "Anna", "1000")
    ben = bank.open("checking", "Ben", "50.505", overdraft="0")
    carla = bank.open("savings", "Carla", "20000")
    firm = bank.open("checking", "Firm", "5000", overdraft="1000")
    print(*bank, sep="\n")
    print("total", bank.total)

    print("transfers")
    attempt(bank.transfer, 1001, 1002, "250.75", "rent")
    attempt(bank.transfer, 1002, 1001, "5000")
    attempt(bank.transfer, 1001, 9999, "1")
    attempt(bank.transfer, 1001, 1002, "-5")
    attempt(bank.transfer, 1001, 1002, 0.1)
    attempt(bank.transfer, 1001, 1002, "ten")
    attempt(bank.transfer, 1001, 1002, "NaN")
    for _ in range(3):
        attempt(bank.transfer, 1003, 1001, 100)
    with bank.locked(1001, 1003):
        attempt(bank.transfer, 1001, 1002, 1)
        attempt(bank.transfer, 1002, 1001, 1)
    attempt(bank.transfer, 1002, 1001, 1)

    print("payroll")
    attempt(bank.pay_all, 1004, {1001: "2000", 1002: "1800", 1003: "900"})
    before = bank.total
    attempt(bank.pay_all, 1004, {1001: "500", 1002: "700", 1003: "200"})
    print("  nothing lost:", bank.total == before, firm.balance, len(firm.entries))

    print("months")
    bank.advance(60)
    print(bank.today, *bank, sep="\n")
    for account in (anna, ben, carla):
        print(account.statement())

    with contextlib.suppress(ZeroDivisionError):
        with bank.transaction():
            anna.deposit(1_000_000)
            print("rich:", anna.balance)
            1 / 0
    print("not rich:", anna.balance)
    try:
        with bank.transaction("outer"):
            anna.withdraw(10)
            with contextlib.suppress(InsufficientFunds):
                with bank.transaction("inner"):
                    anna.withdraw(20)
                    ben.withdraw(10**9)
            print("inner rolled back:", anna.balance)
            raise LimitExceeded("outer fails too")
    except BankError as error:
        print(repr(error), error.__notes__, anna.balance)
    try:
        bank[0]
    except KeyError as error:
        print(type(error).__mro__[1:3], error, error.__suppress_context__)
    try:
        Account(bank, "nobody")
    except TypeError as error:
        print(error)
    print(*bank.audit, sep="\n")
    print(sorted(Account.kinds), sum(line.endswith("ok") for line in bank.audit), len(bank.audit))
    firm.withdraw(10**7)


if __name__ == "__main__":
    main()
