function run(n) {
  let sum = 0;
  for (let i = 1; i <= n; i++) {
    const add = function (x) { return x + i; };
    sum += add(1);
  }
  print(sum);
}

run(Number(getenv("BENCH_N", 2000000)));
