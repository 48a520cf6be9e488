import os


def run(n):
    prime = []
    for i in range(n + 1):
        prime.append(True)
    count = 0
    for i in range(2, n + 1):
        if prime[i]:
            count += 1
            for k in range(i * i, n + 1, i):
                prime[k] = False
    print(count)


run(int(os.environ.get("BENCH_N", 2000000)))
