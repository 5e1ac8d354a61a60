"""Enumerations and flags."""
import enum

for i in range(40):
    class Colour(enum.Enum):
        RED = 1
        GREEN = 2

    class Permission(enum.Flag):
        R = enum.auto()
        W = enum.auto()
    Colour(1), Permission.R | Permission.W, list(Colour)
