// Runs inside a network namespace: `node answering.ts TCP-PORTS UDP-PLACES` answers every connection to the ports, and every datagram
// to the places (`ADDRESS,PORT`), with the place it came to. The port 7070 keeps its connections and answers each byte. Prints `open` once.
import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";

const [ports = "", places = ""] = process.argv.slice(2);
const plain = (address = ""): string => address.replace("::ffff:", "");
const place = (address: string | undefined, port: number): string => `${plain(address)} ${port}`;

function answer(socket: Socket): void {
  socket.on("error", () => undefined);
  if (socket.localPort === 7070) socket.on("data", (bytes) => socket.write(bytes));
  // Asked before it is answered: a socket that is closed with unread bytes is reset.
  else socket.once("data", () => socket.end(place(socket.localAddress, socket.localPort ?? 0)));
}

const listening = ports.split(",").map(
  (port) =>
    new Promise<void>((open, failed) =>
      createServer(answer)
        .on("error", failed)
        .listen({ port: Number(port), host: "::" }, open),
    ),
);
const bound = places
  .split(" ")
  .filter((text) => text !== "")
  .map((text) => {
    const [address = "", port = ""] = text.split(",");
    const socket = createSocket(address.includes(":") ? { type: "udp6", ipv6Only: true } : { type: "udp4" });
    socket.on("message", (_, from) => socket.send(place(address, Number(port)), from.port, from.address));
    return new Promise<void>((open, failed) => socket.on("error", failed).bind({ address, port: Number(port) }, open));
  });
await Promise.all([...listening, ...bound]);
console.log("open");
