import os


def run(n):
    parts = []
    for i in range(1, n + 1):
        parts.append(str(i))
        parts.append(",")
    pieces = "".join(parts).split(",")
    total = len(pieces)
    for piece in pieces:
        total += len(piece)
    print(total)


run(int(os.environ.get("BENCH_N", 200000)))
