import os


def run(n):
    items = []
    for i in range(1, n + 1):
        items.append(i)
    total = 0
    for x in items:
        total += x
    print(total)


run(int(os.environ.get("BENCH_N", 1000000)))
