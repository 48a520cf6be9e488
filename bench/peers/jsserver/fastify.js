// node fastify.js PORT: Fastify on Node, its answers written by the serialisers that it
// compiles from schemas.
import Fastify from "fastify";
import { text, hello, big, tax, sum, exactTax, exactSum } from "./money.js";

const number = { type: "number" }, string = { type: "string" };
const answers = (properties) => ({ schema: { response: { 200: { type: "object", properties } } } });
const line = { type: "object", properties: { amount: number, name: string, tax: number, total: number } };
const message = answers({ id: { type: "integer" }, message: string });
const taxed = answers({ income: number, tax: number });
const summed = answers({ amount: number, invoice: string, items: { type: "array", items: line }, tax: number, total: number });

const app = Fastify({ logger: false, keepAliveTimeout: 60000 });
app.get("/text", (req, reply) => reply.type("text/plain; charset=utf-8").send(text));
app.get("/big", (req, reply) => reply.type("text/plain; charset=utf-8").send(big));
app.get("/json", message, (req, reply) => reply.send(hello));
app.get("/tax/:income", taxed, (req, reply) => reply.send(tax(req.params.income)));
app.get("/taxx/:income", taxed, (req, reply) => reply.send(exactTax(req.params.income)));
app.post("/invoice", summed, (req, reply) => reply.send(sum(req.body)));
app.post("/invoicex", summed, (req, reply) => reply.send(exactSum(req.body)));
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
