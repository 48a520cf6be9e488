import os


def run(n):
    p = {"x": 0, "y": 0, "z": 0}
    for i in range(1, n + 1):
        p["x"] = p["x"] + 1
        p["y"] = p["y"] + p["x"]
        p["z"] = p["x"] + i
    print(p["x"] + p["y"] + p["z"])


run(int(os.environ.get("BENCH_N", 2000000)))
