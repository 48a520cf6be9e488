// bun db.js PORT bun | postgres: the rows of PostgreSQL with Bun's own server and its own SQL client, or postgres.js.
const [port, client] = process.argv.slice(2);
const connections = 10;
const url = process.env.DATABASE_URL;
const sql = client === "bun" ? new Bun.SQL(url, { max: connections }) : (await import("postgres")).default(url, { max: connections });

const html = { headers: { "Content-Type": "text/html; charset=utf-8" } };
const escape = (s) => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const row = async (id) => (await sql`SELECT id, n FROM world WHERE id = ${id}`)[0];

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  idleTimeout: 60,
  routes: {
    "/one/:id": async (req) => Response.json(await row(Number(req.params.id))),
    "/twenty/:id": async (req) => {
      const id = Number(req.params.id);
      return Response.json(await Promise.all(Array.from({ length: 20 }, (_, i) => row(((id + 487 * i) % 10000) + 1))));
    },
    "/fortunes": async () => {
      const rows = [...(await sql`SELECT id, message FROM fortune`), { id: 0, message: "Additional fortune added at request time." }];
      rows.sort((a, b) => (a.message < b.message ? -1 : 1));
      const list = rows.map((f) => `<tr><td>${f.id}</td><td>${escape(f.message)}</td></tr>`).join("");
      return new Response(`<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>${list}</table></body></html>`, html);
    },
    "/update/:id": {
      POST: async (req) => {
        const id = Number(req.params.id);
        await sql.begin(async (tx) => {
          const [{ n }] = await tx`SELECT n FROM counter WHERE id = ${id} FOR UPDATE`;
          await tx`UPDATE counter SET n = ${n + 1} WHERE id = ${id}`;
        });
        return Response.json({ id });
      },
    },
    "/insert/:id": {
      POST: async (req) => {
        const id = Number(req.params.id);
        await sql`INSERT INTO log (a, b) VALUES (${id}, ${"வணக்கம்"})`;
        return Response.json({ id });
      },
    },
  },
  fetch: () => new Response("", { status: 404 }),
});
