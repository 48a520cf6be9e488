import os


def matrix(n, a, b):
    return [[(i * a + k * b) % 10 for k in range(n)] for i in range(n)]


def multiply(a, b, n):
    m = []
    for i in range(n):
        row, ai = [], a[i]
        for j in range(n):
            total = 0
            for k in range(n):
                total += ai[k] * b[k][j]
            row.append(total)
        m.append(row)
    return m


def run(n):
    total = 0
    for row in multiply(matrix(n, 3, 7), matrix(n, 5, 2), n):
        for x in row:
            total += x
    print(total)


run(int(os.environ.get("BENCH_N", 120)))
