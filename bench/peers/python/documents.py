import os
from json import dumps, loads


def document(number):
    items = ",".join(
        '{"hsn":"1006","name":"பொன்னி அரிசி %d","offer":null,"price":%d1.25,"qty":%d,"tags":["grain","உணவு"],"taxed":true}' % (i, i, i)
        for i in range(1, 13)
    )
    return '{"city":"மதுரை","id":%d,"items":[' % number + items + "]}"


def run(n):
    texts = [document(1499), document(1500), document(1501)]
    total = 0
    for i in range(1, n + 1):
        text = texts[i % 3]
        value = loads(text)
        total += value["items"][i % 12]["qty"]
        if dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != text:
            print("differs")
    print(total)


run(int(os.environ.get("BENCH_N", 20000)))
