// Whole paise; each slab's tax is rounded down.
function tax(income) {
  let rest = income, t = 0;
  if (rest > 100000000) {
    t += Math.floor((rest - 100000000) * 30 / 100);
    rest = 100000000;
  }
  if (rest > 50000000) {
    t += Math.floor((rest - 50000000) * 20 / 100);
    rest = 50000000;
  }
  if (rest > 25000000) t += Math.floor((rest - 25000000) * 5 / 100);
  return t;
}

function run(n) {
  let total = 0;
  for (let i = 1; i <= n; i++) total += tax(i * 200);
  print(total);
}

run(Number(getenv("BENCH_N", 1000000)));
