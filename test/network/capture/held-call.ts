// Runs inside a network namespace. A line `HOST PORT` of its input closes the connection that is open, opens another one, and prints
// `open`; a line `ask` sends a byte over it and prints `answered` when one comes back, `silent` when none does.
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

const PATIENCE_MS = 1500;
let socket: Socket | undefined;

function open(host: string, port: number): Promise<string> {
  socket?.destroy();
  return new Promise((resolve) => {
    const next = connect({ host, port }, () => resolve("open"));
    next.on("error", () => undefined);
    socket = next;
  });
}

function ask(): Promise<string> {
  return new Promise((resolve) => {
    socket?.once("data", () => resolve("answered"));
    setTimeout(() => resolve("silent"), PATIENCE_MS);
    socket?.write("?");
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const [host = "", port] = line.split(" ");
  console.log(await (port === undefined ? ask() : open(host, Number(port))));
}
