//! What the Rust server computes: an income tax and a bill, once in whole paise made from
//! floats and once with rust_decimal.

use hyper::body::Bytes;
use rust_decimal::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

pub const TEXT: &str = "வணக்கம்";

#[derive(Serialize)]
pub struct Message {
    id: i32,
    message: &'static str,
}

pub const HELLO: Message = Message { id: 7, message: TEXT };

pub fn big() -> Bytes {
    static BIG: OnceLock<Bytes> = OnceLock::new();
    BIG.get_or_init(|| Bytes::from("0123456789abcdef".repeat(6400))).clone()
}

#[derive(Serialize)]
pub struct Tax<N> {
    income: N,
    tax: N,
}

#[derive(Deserialize)]
pub struct Bill<'a, N> {
    invoice: &'a str,
    #[serde(borrow)]
    items: Vec<Item<'a, N>>,
}

#[derive(Deserialize)]
pub struct Item<'a, N> {
    name: &'a str,
    price: N,
    qty: i64,
    rate: i64,
}

#[derive(Serialize)]
pub struct Sum<'a, N> {
    amount: N,
    invoice: &'a str,
    items: Vec<Line<'a, N>>,
    tax: N,
    total: N,
}

#[derive(Serialize)]
pub struct Line<'a, N> {
    amount: N,
    name: &'a str,
    tax: N,
    total: N,
}

fn share(paise: i64, numerator: i64, denominator: i64) -> i64 {
    (2 * paise * numerator + denominator) / (2 * denominator)
}

fn rupees(paise: i64) -> f64 {
    paise as f64 / 100.0
}

pub fn tax(income: f64) -> Tax<f64> {
    let (mut rest, mut t) = ((income * 100.0).round() as i64, 0);
    if rest > 100_000_000 {
        t = (rest - 100_000_000) * 30;
        rest = 100_000_000;
    }
    if rest > 50_000_000 {
        t += (rest - 50_000_000) * 20;
        rest = 50_000_000;
    }
    if rest > 25_000_000 {
        t += (rest - 25_000_000) * 5;
    }
    Tax { income, tax: rupees(share(t, 104, 10_000)) }
}

pub fn sum<'a>(bill: &Bill<'a, f64>) -> Sum<'a, f64> {
    let (mut amounts, mut taxes) = (0, 0);
    let items = bill
        .items
        .iter()
        .map(|it| {
            let amount = (it.price * 100.0).round() as i64 * it.qty;
            let tax = share(amount, it.rate, 100);
            amounts += amount;
            taxes += tax;
            Line { amount: rupees(amount), name: it.name, tax: rupees(tax), total: rupees(amount + tax) }
        })
        .collect();
    Sum { amount: rupees(amounts), invoice: bill.invoice, items, tax: rupees(taxes), total: rupees(amounts + taxes) }
}

fn rounded(x: Decimal) -> Decimal {
    x.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

pub fn exact_tax(income: Decimal) -> Tax<Decimal> {
    let (top, middle, low) = (Decimal::new(1_000_000, 0), Decimal::new(500_000, 0), Decimal::new(250_000, 0));
    let (mut rest, mut t) = (income, Decimal::ZERO);
    if rest > top {
        t = (rest - top) * Decimal::new(30, 2);
        rest = top;
    }
    if rest > middle {
        t += (rest - middle) * Decimal::new(20, 2);
        rest = middle;
    }
    if rest > low {
        t += (rest - low) * Decimal::new(5, 2);
    }
    Tax { income, tax: rounded(t * Decimal::new(104, 2)) }
}

pub fn exact_sum<'a>(bill: &Bill<'a, Decimal>) -> Sum<'a, Decimal> {
    let (mut amounts, mut taxes) = (Decimal::ZERO, Decimal::ZERO);
    let items = bill
        .items
        .iter()
        .map(|it| {
            let amount = it.price * Decimal::from(it.qty);
            let tax = rounded(amount * Decimal::from(it.rate) / Decimal::ONE_HUNDRED);
            amounts += amount;
            taxes += tax;
            Line { amount, name: it.name, tax, total: amount + tax }
        })
        .collect();
    Sum { amount: amounts, invoice: bill.invoice, items, tax: taxes, total: amounts + taxes }
}
