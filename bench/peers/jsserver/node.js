// node node.js PORT: Node's own HTTP server, its route found by comparing.
import { createServer } from "node:http";
import { text, hello, big, tax, sum, exactTax, exactSum } from "./money.js";

function send(res, type, body) {
  res.writeHead(200, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  res.end(body);
}

const json = (res, value) => send(res, "application/json", JSON.stringify(value));

function withBody(req, res, compute) {
  let body = "";
  req.setEncoding("utf8");
  req.on("data", (part) => (body += part));
  req.on("end", () => json(res, compute(JSON.parse(body))));
}

createServer({ keepAliveTimeout: 60000 }, (req, res) => {
  const path = req.url;
  if (path === "/text") send(res, "text/plain; charset=utf-8", text);
  else if (path === "/json") json(res, hello);
  else if (path.startsWith("/tax/")) json(res, tax(path.slice(5)));
  else if (path.startsWith("/taxx/")) json(res, exactTax(path.slice(6)));
  else if (path === "/invoice") withBody(req, res, sum);
  else if (path === "/invoicex") withBody(req, res, exactSum);
  else if (path === "/big") send(res, "text/plain; charset=utf-8", big);
  else {
    res.writeHead(404, { "Content-Length": 0 });
    res.end();
  }
}).listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
