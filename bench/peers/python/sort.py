import os
from functools import cmp_to_key


def run(n):
    seed, items = 42, []
    for _ in range(n):
        seed = seed * 16807 % 2147483647
        items.append(seed)
    items.sort(key=cmp_to_key(lambda a, b: a - b))
    total = items[n - 1]
    for i in range(0, n, 100):
        total += items[i]
    print(total)


run(int(os.environ.get("BENCH_N", 200000)))
