function run(n) {
  let sum = 0;
  for (let i = 1; i <= n; i++) sum += i % 7;
  print(sum);
}

run(Number(getenv("BENCH_N", 10000000)));
