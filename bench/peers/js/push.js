function run(n) {
  const list = [];
  for (let i = 1; i <= n; i++) list.push(i);
  let sum = 0;
  for (let i = 0; i < list.length; i++) sum += list[i];
  print(sum);
}

run(Number(getenv("BENCH_N", 1000000)));
