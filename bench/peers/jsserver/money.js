// What the JavaScript servers compute: an income tax and a bill, once with JavaScript's own
// numbers (whole paise made from floats) and once with decimal.js, which its programs use
// where a paisa matters.
import Decimal from "decimal.js";

export const text = "வணக்கம்";
export const hello = { id: 7, message: text };
export const big = "0123456789abcdef".repeat(6400);

const share = (paise, numerator, denominator) => Math.floor((2 * paise * numerator + denominator) / (2 * denominator));

export function tax(income) {
  const rupees = Number(income);
  let rest = Math.round(rupees * 100), t = 0;
  if (rest > 100000000) {
    t = (rest - 100000000) * 30;
    rest = 100000000;
  }
  if (rest > 50000000) {
    t += (rest - 50000000) * 20;
    rest = 50000000;
  }
  if (rest > 25000000) t += (rest - 25000000) * 5;
  return { income: rupees, tax: share(t, 104, 10000) / 100 };
}

export function sum(bill) {
  let amounts = 0, taxes = 0;
  const items = bill.items.map((it) => {
    const amount = Math.round(it.price * 100) * it.qty;
    const t = share(amount, it.rate, 100);
    amounts += amount;
    taxes += t;
    return { amount: amount / 100, name: it.name, tax: t / 100, total: (amount + t) / 100 };
  });
  return { amount: amounts / 100, invoice: bill.invoice, items, tax: taxes / 100, total: (amounts + taxes) / 100 };
}

const top = new Decimal(1000000), middle = new Decimal(500000), low = new Decimal(250000);

export function exactTax(income) {
  const rupees = new Decimal(income);
  let rest = rupees, t = new Decimal(0);
  if (rest.gt(top)) {
    t = rest.minus(top).times("0.30");
    rest = top;
  }
  if (rest.gt(middle)) {
    t = t.plus(rest.minus(middle).times("0.20"));
    rest = middle;
  }
  if (rest.gt(low)) t = t.plus(rest.minus(low).times("0.05"));
  return { income: rupees.toNumber(), tax: t.times("1.04").toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toNumber() };
}

export function exactSum(bill) {
  let amounts = new Decimal(0), taxes = new Decimal(0);
  const items = bill.items.map((it) => {
    const amount = new Decimal(it.price).times(it.qty);
    const t = amount.times(it.rate).dividedBy(100).toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
    amounts = amounts.plus(amount);
    taxes = taxes.plus(t);
    return { amount: amount.toNumber(), name: it.name, tax: t.toNumber(), total: amount.plus(t).toNumber() };
  });
  return { amount: amounts.toNumber(), invoice: bill.invoice, items, tax: taxes.toNumber(), total: amounts.plus(taxes).toNumber() };
}
