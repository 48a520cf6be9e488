import os
from decimal import Decimal, getcontext

getcontext().prec = 28
TOP, MIDDLE, LOW = Decimal(1000000), Decimal(500000), Decimal(250000)
P30, P20, P5 = Decimal("0.30"), Decimal("0.20"), Decimal("0.05")


def tax(income):
    """Rupees as exact decimals, the way the eTamil program counts."""
    rest, t = income, Decimal(0)
    if rest > TOP:
        t += (rest - TOP) * P30
        rest = TOP
    if rest > MIDDLE:
        t += (rest - MIDDLE) * P20
        rest = MIDDLE
    if rest > LOW:
        t += (rest - LOW) * P5
    return t


def run(n):
    total = Decimal(0)
    for i in range(1, n + 1):
        total += tax(Decimal(i * 2))
    print(int(total * 100))


run(int(os.environ.get("BENCH_N", 1000000)))
