import os


def branch(ident, depth):
    if depth == 0:
        return {"id": ident, "kids": []}
    return {"id": ident, "kids": [branch(ident * 2, depth - 1), branch(ident * 2 + 1, depth - 1)]}


def walk(node):
    total = node["id"]
    for kid in node["kids"]:
        total += walk(kid)
    return total


print(walk(branch(1, int(os.environ.get("BENCH_N", 16)))))
