// Runs in a pod, as `node -e THIS TARGETS`: calls every target at a steady rate, half of the requests over connections that are kept and
// half over fresh ones, never twice for the same request, and keeps what came of them in /tmp/load.json.
const http = require("node:http");
const { renameSync, writeFileSync } = require("node:fs");

const targets = JSON.parse(process.argv[1]);
/** Requests a second over kept, and as many over fresh connections, to each target. */
const RATE = 30;
const PATIENCE_MS = 10_000;

const kept = new http.Agent({ keepAlive: true, maxSockets: 4 });
const tallies = Object.fromEntries(targets.map(({ name }) => [name, { kept: 0, fresh: 0, failures: [] }]));
const began = Date.now();

function call({ name, url }, way) {
  const tally = tallies[name];
  const sent = new Date().toISOString();
  let told = false;
  const tell = (failure) => {
    if (told) return;
    told = true;
    if (failure === undefined) tally[way] += 1;
    else if (tally.failures.length < 50) tally.failures.push(`${sent} ${way}: ${failure}`);
  };
  const request = http.get(url, { agent: way === "kept" ? kept : false, timeout: PATIENCE_MS }, (response) => {
    let body = "";
    response.on("data", (bytes) => (body += bytes));
    response.on("end", () => tell(response.statusCode === 200 ? undefined : `${response.statusCode} ${body.slice(0, 200)}`));
    response.on("error", (error) => tell(String(error)));
  });
  request.on("timeout", () => request.destroy(new Error("no answer")));
  request.on("error", (error) => tell(String(error)));
}

function save() {
  writeFileSync("/tmp/load.new", JSON.stringify({ seconds: (Date.now() - began) / 1000, tallies }));
  renameSync("/tmp/load.new", "/tmp/load.json");
}

// By the clock, so that a pause is made up for.
let calls = 0;
setInterval(() => {
  const due = ((Date.now() - began) / 1000) * RATE;
  for (; calls < due; calls += 1) {
    for (const target of targets) {
      call(target, "kept");
      call(target, "fresh");
    }
  }
}, 10);
setInterval(save, 200);
process.on("SIGTERM", () => process.exit(0));
