// bun bun.js PORT: Bun's own HTTP server and routes.
import { text, hello, big, tax, sum, exactTax, exactSum } from "./money.js";

const plain = { headers: { "Content-Type": "text/plain; charset=utf-8" } };

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  idleTimeout: 60,
  routes: {
    "/text": () => new Response(text, plain),
    "/json": () => Response.json(hello),
    "/tax/:income": (req) => Response.json(tax(req.params.income)),
    "/taxx/:income": (req) => Response.json(exactTax(req.params.income)),
    "/invoice": { POST: async (req) => Response.json(sum(await req.json())) },
    "/invoicex": { POST: async (req) => Response.json(exactSum(await req.json())) },
    "/big": () => new Response(big, plain),
  },
});
