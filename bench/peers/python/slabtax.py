import os


def tax(income):
    """Whole paise; each slab's tax is rounded down."""
    rest, t = income, 0
    if rest > 100000000:
        t += (rest - 100000000) * 30 // 100
        rest = 100000000
    if rest > 50000000:
        t += (rest - 50000000) * 20 // 100
        rest = 50000000
    if rest > 25000000:
        t += (rest - 25000000) * 5 // 100
    return t


def run(n):
    total = 0
    for i in range(1, n + 1):
        total += tax(i * 200)
    print(total)


run(int(os.environ.get("BENCH_N", 1000000)))
