"""fractions and statistics of numbers."""
from fractions import Fraction

total = Fraction(0)
for i in range(1, 120):
    total += Fraction(1, i)
print(total.limit_denominator(100))
