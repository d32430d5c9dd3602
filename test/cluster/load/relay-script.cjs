// Runs in a pod, as `node -e THIS URL`: answers each request by what URL answers, asked over a kept or a fresh connection in turn. Told to
// end, it goes on until no one asks any more, as a server should.
const http = require("node:http");

const kept = new http.Agent({ keepAlive: true });
let asked = 0;
const server = http.createServer((request, response) => {
  if (request.url === "/ready") return response.end("ready");
  asked += 1;
  const outward = http.get(process.argv[1], { agent: asked % 2 === 0 ? kept : false, timeout: 10_000 }, (answer) => {
    answer.resume();
    answer.on("end", () => response.writeHead(answer.statusCode === 200 ? 200 : 502).end(`outside: ${answer.statusCode}`));
  });
  outward.on("timeout", () => outward.destroy(new Error("no answer")));
  outward.on("error", (error) => response.writeHead(502).end(`outside: ${error}`));
});
server.keepAliveTimeout = 120_000;
server.listen(8080);
process.on("SIGTERM", () => server.close(() => process.exit(0)));
