function matrix(n, a, b) {
  const m = [];
  for (let i = 0; i < n; i++) {
    const row = [];
    for (let k = 0; k < n; k++) row.push((i * a + k * b) % 10);
    m.push(row);
  }
  return m;
}

function multiply(a, b, n) {
  const m = [];
  for (let i = 0; i < n; i++) {
    const row = [], ai = a[i];
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += ai[k] * b[k][j];
      row.push(sum);
    }
    m.push(row);
  }
  return m;
}

function run(n) {
  let total = 0;
  for (const row of multiply(matrix(n, 3, 7), matrix(n, 5, 2), n)) {
    for (const x of row) total += x;
  }
  print(total);
}

run(Number(getenv("BENCH_N", 120)));
