import os
from datetime import date, timedelta
from decimal import Decimal, ROUND_HALF_UP

CENT = Decimal("0.01")
P9, P10, P12, P18 = Decimal("0.09"), Decimal("0.10"), Decimal("0.12"), Decimal("0.18")
ASSET, DEBT, EQUITY, INCOME, EXPENSE = range(5)

ACCOUNTS = [
    ("1001", "ரொக்கம்", ASSET), ("1002", "வங்கி", ASSET), ("1100", "கடனாளிகள்", ASSET),
    ("1200", "உள்ளீட்டு GST", ASSET), ("1500", "தளவாடங்கள்", ASSET), ("2001", "கடனீந்தோர்", DEBT),
    ("2100", "CGST செலுத்தவேண்டியது", DEBT), ("2101", "SGST செலுத்தவேண்டியது", DEBT),
    ("2102", "IGST செலுத்தவேண்டியது", DEBT), ("2200", "TDS செலுத்தவேண்டியது", DEBT),
    ("3001", "முதல்", EQUITY), ("4001", "விற்பனை", INCOME), ("5001", "கொள்முதல்", EXPENSE),
    ("5100", "ஊதியம்", EXPENSE), ("5200", "வாடகை", EXPENSE), ("5300", "தேய்மானம்", EXPENSE),
]


def cents(x):
    return x.quantize(CENT, rounding=ROUND_HALF_UP)


def debit(account, amount):
    return {"account": account, "debit": amount, "credit": Decimal(0)}


def credit(account, amount):
    return {"account": account, "debit": Decimal(0), "credit": amount}


def lines(n):
    kind = n % 10
    amount = 100 + n * 7919 % 50000 + Decimal(n * 31 % 100) / 100
    if kind < 5:
        half = cents(amount * P9)
        to = "1100" if n % 3 == 0 else "1001"
        return [debit(to, amount + half + half), credit("4001", amount),
                credit("2100", half), credit("2101", half)]
    if kind == 5:
        tax = cents(amount * P18)
        return [debit("1100", amount + tax), credit("4001", amount), credit("2102", tax)]
    if kind < 8:
        tax = cents(amount * P12)
        return [debit("5001", amount), debit("1200", tax), credit("2001", amount + tax)]
    if kind == 8:
        tds = cents(amount * P10)
        return [debit("5100", amount), credit("2200", tds), credit("1002", amount - tds)]
    if n % 4 == 1:
        return [debit("5300", amount), credit("1500", amount)]
    return [debit("5200", amount), credit("1002", amount)]


def post(ledger, voucher):
    difference = Decimal(0)
    for line in voucher["lines"]:
        if line["debit"] < 0 or line["credit"] < 0:
            raise ValueError("negative amount")
        difference += line["debit"] - line["credit"]
    if difference != 0:
        raise ValueError("it does not balance")
    ledger.append(voucher)


def year(count):
    ledger = []
    post(ledger, {"number": 0, "date": "2025-04-01", "text": "தொடக்கம்", "lines": [
        debit("1002", Decimal(500000000)), debit("1500", Decimal(100000000)), credit("3001", Decimal(600000000))]})
    days = [(date(2025, 4, 1) + timedelta(days=d)).isoformat() for d in range(365)]
    for n in range(1, count + 1):
        post(ledger, {"number": n, "date": days[(n - 1) * 365 // count], "text": "சீட்டு", "lines": lines(n)})
    return ledger


def balances(ledger):
    sums = {}
    for voucher in ledger:
        for line in voucher["lines"]:
            account = line["account"]
            sums[account] = sums.get(account, Decimal(0)) + line["debit"] - line["credit"]
    return sums


def of_kind(sums, kind):
    sign = 1 if kind in (ASSET, EXPENSE) else -1
    rows = [{"code": c, "name": name, "amount": sign * sums[c]}
            for c, name, k in ACCOUNTS if k == kind and sums.get(c, 0) != 0]
    return rows, sum((r["amount"] for r in rows), Decimal(0))


def trial_balance(ledger):
    sums = balances(ledger)
    rows = []
    for code, name, _ in ACCOUNTS:
        b = sums.get(code, Decimal(0))
        if b != 0:
            rows.append({"code": code, "name": name, "debit": max(b, Decimal(0)), "credit": max(-b, Decimal(0))})
    return sum(r["debit"] for r in rows), sum(r["credit"] for r in rows)


def income_statement(ledger):
    sums = balances(ledger)
    return of_kind(sums, INCOME)[1] - of_kind(sums, EXPENSE)[1]


def balance_sheet(ledger):
    sums = balances(ledger)
    profit = of_kind(sums, INCOME)[1] - of_kind(sums, EXPENSE)[1]
    return of_kind(sums, ASSET)[1], of_kind(sums, DEBT)[1] + of_kind(sums, EQUITY)[1] + profit


def run(count):
    ledger = year(count)
    totals = (*trial_balance(ledger), income_statement(ledger), *balance_sheet(ledger))
    print(*(int(x * 100) for x in totals))


run(int(os.environ.get("BENCH_N", 100000)))
