function branch(id, depth) {
  if (depth === 0) return {id: id, kids: []};
  return {id: id, kids: [branch(id * 2, depth - 1), branch(id * 2 + 1, depth - 1)]};
}

function walk(node) {
  let sum = node.id;
  for (const kid of node.kids) sum += walk(kid);
  return sum;
}

print(walk(branch(1, Number(getenv("BENCH_N", 16)))));
