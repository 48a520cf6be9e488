function run(n) {
  const p = {x: 0, y: 0, z: 0};
  for (let i = 1; i <= n; i++) {
    p.x = p.x + 1;
    p.y = p.y + p.x;
    p.z = p.x + i;
  }
  print(p.x + p.y + p.z);
}

run(Number(getenv("BENCH_N", 2000000)));
