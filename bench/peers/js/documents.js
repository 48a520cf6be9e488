function document(number) {
  const items = [];
  for (let i = 1; i <= 12; i++) {
    items.push('{"hsn":"1006","name":"பொன்னி அரிசி ' + i + '","offer":null,"price":' + i + '1.25,"qty":' + i + ',"tags":["grain","உணவு"],"taxed":true}');
  }
  return '{"city":"மதுரை","id":' + number + ',"items":[' + items.join(",") + "]}";
}

function run(n) {
  const texts = [document(1499), document(1500), document(1501)];
  let total = 0;
  for (let i = 1; i <= n; i++) {
    const text = texts[i % 3];
    const value = JSON.parse(text);
    total += value.items[i % 12].qty;
    if (JSON.stringify(value) !== text) print("differs");
  }
  print(total);
}

run(Number(getenv("BENCH_N", 20000)));
