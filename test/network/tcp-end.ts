// A raw TCP client: `node tcp-end.ts HOST PORT TEXT` connects, sends TEXT, and says as JSON what came back within a second.
import { connect } from "node:net";

const LIMIT_MS = 1000;
const [host = "", port = "", text = ""] = process.argv.slice(2);
const begun = performance.now();
const within = () => performance.now() - begun < LIMIT_MS;
const seen = { bytes: 0, first: "", spokeWithin: false, closedWithin: false };
const socket = connect(Number(port), host, () => socket.write(text));
socket.on("data", (chunk) => {
  if (seen.bytes === 0) Object.assign(seen, { first: chunk.toString(), spokeWithin: within() });
  seen.bytes += chunk.length;
  socket.destroy();
});
socket.on("error", () => undefined);
socket.on("close", () => {
  seen.closedWithin = within();
  process.stdout.write(`${JSON.stringify(seen)}\n`);
});
setTimeout(() => socket.destroy(), LIMIT_MS + 500).unref();
