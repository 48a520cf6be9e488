import os


def run(n):
    total = 0
    for i in range(1, n + 1):
        total += i % 7
    print(total)


run(int(os.environ.get("BENCH_N", 10000000)))
