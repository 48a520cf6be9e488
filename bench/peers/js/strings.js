// goja copies the whole text at each +=, so the pieces are joined, as in the other peers.
function run(n) {
  const parts = [];
  for (let i = 1; i <= n; i++) {
    parts.push(i);
    parts.push(",");
  }
  const pieces = parts.join("").split(",");
  let total = pieces.length;
  for (const piece of pieces) total += piece.length;
  print(total);
}

run(Number(getenv("BENCH_N", 200000)));
