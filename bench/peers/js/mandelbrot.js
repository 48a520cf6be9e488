function run(n) {
  let total = 0;
  for (let y = 0; y < n; y++) {
    const ci = Math.floor(y * 2000000 / n) - 1000000;
    for (let x = 0; x < n; x++) {
      const cr = Math.floor(x * 3000000 / n) - 2000000;
      let zr = 0, zi = 0, k = 0;
      while (k < 50) {
        const a = Math.floor(zr * zr / 1000000);
        const b = Math.floor(zi * zi / 1000000);
        if (a + b > 4000000) break;
        zi = Math.floor(2 * zr * zi / 1000000) + ci;
        zr = a - b + cr;
        k++;
      }
      total += k;
    }
  }
  print(total);
}

run(Number(getenv("BENCH_N", 200)));
