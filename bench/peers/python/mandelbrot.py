import os


def run(n):
    total = 0
    for y in range(n):
        ci = y * 2000000 // n - 1000000
        for x in range(n):
            cr = x * 3000000 // n - 2000000
            zr = zi = k = 0
            while k < 50:
                a = zr * zr // 1000000
                b = zi * zi // 1000000
                if a + b > 4000000:
                    break
                zi = 2 * zr * zi // 1000000 + ci
                zr = a - b + cr
                k += 1
            total += k
    print(total)


run(int(os.environ.get("BENCH_N", 200)))
