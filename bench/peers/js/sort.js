function run(n) {
  let seed = 42;
  const list = [];
  for (let i = 0; i < n; i++) {
    seed = seed * 16807 % 2147483647;
    list.push(seed);
  }
  list.sort((a, b) => a - b);
  let total = list[n - 1];
  for (let i = 0; i < n; i += 100) total += list[i];
  print(total);
}

run(Number(getenv("BENCH_N", 200000)));
