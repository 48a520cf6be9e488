import os


def run(n):
    total = 0
    for i in range(1, n + 1):
        add = lambda x: x + i
        total += add(1)
    print(total)


run(int(os.environ.get("BENCH_N", 2000000)))
