//! Serves the benchmark's routes with hyper, the engine below axum, and serde_json.
//!
//!     hyper-server PORT WORKERS      0 workers: one for each processor

mod money;

use hyper::service::{make_service_fn, service_fn};
use hyper::{header, Body, Request, Response, Server};
use std::convert::Infallible;

fn answer(kind: &'static str, body: impl Into<Body>) -> Response<Body> {
    Response::builder().header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()
}

fn json(value: &impl serde::Serialize) -> Response<Body> {
    answer("application/json", serde_json::to_vec(value).unwrap())
}

fn refused() -> Response<Body> {
    Response::builder().status(400).body(Body::empty()).unwrap()
}

async fn handle(req: Request<Body>) -> Result<Response<Body>, Infallible> {
    const TEXT: &str = "text/plain; charset=utf-8";
    let path = req.uri().path();
    Ok(match path {
        "/text" => answer(TEXT, money::TEXT),
        "/json" => json(&money::HELLO),
        "/big" => answer(TEXT, money::big()),
        "/invoice" => match serde_json::from_slice(&hyper::body::to_bytes(req).await.unwrap_or_default()) {
            Ok(bill) => json(&money::sum(&bill)),
            Err(_) => refused(),
        },
        "/invoicex" => match serde_json::from_slice(&hyper::body::to_bytes(req).await.unwrap_or_default()) {
            Ok(bill) => json(&money::exact_sum(&bill)),
            Err(_) => refused(),
        },
        _ => {
            if let Some(income) = path.strip_prefix("/tax/") {
                income.parse().map_or_else(|_| refused(), |rupees| json(&money::tax(rupees)))
            } else if let Some(income) = path.strip_prefix("/taxx/") {
                income.parse().map_or_else(|_| refused(), |rupees| json(&money::exact_tax(rupees)))
            } else {
                refused()
            }
        }
    })
}

async fn serve(port: u16) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(([127, 0, 0, 1], port).into()).unwrap();
    let listener = socket.listen(4096).unwrap().into_std().unwrap();
    let make = make_service_fn(|_| async { Ok::<_, Infallible>(service_fn(handle)) });
    Server::from_tcp(listener).unwrap().tcp_nodelay(true).http1_pipeline_flush(true).serve(make).await.unwrap();
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (port, workers): (u16, usize) = (args[1].parse().unwrap(), args[2].parse().unwrap());
    let mut build = if workers == 1 { tokio::runtime::Builder::new_current_thread() } else { tokio::runtime::Builder::new_multi_thread() };
    build.enable_all().build().unwrap().block_on(serve(port));
}
