import { createSocket } from "node:dgram";
import { readFile, stat } from "node:fs/promises";
import { readQuestion, writeAnswer } from "./dns-message.ts";

/** Names and their IPv4 addresses, as the lab writes them to a file: `{"example.test": ["203.0.113.10"]}`; `*.` at the front is a wildcard. */
export type DnsNames = Readonly<Record<string, readonly string[]>>;

/** Answers on UDP from the names in `file`, which is read again when it has changed. */
export function startDnsServer(address: string, file: string): Promise<void> {
  const socket = createSocket("udp4");
  const names = watchedNames(file);
  socket.on("message", (query, peer) => {
    const read = readQuestion(query);
    if (!read) return;
    void names().then((known) => {
      const answer = writeAnswer(query, read.end, read.question.type, lookUp(known, read.question.name));
      socket.send(answer, peer.port, peer.address);
    });
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(53, address, () => resolve());
  });
}

/** Exact name first, then the wildcard of its parent. */
export function lookUp(names: DnsNames, name: string): readonly string[] | undefined {
  return names[name] ?? names[`*.${name.slice(name.indexOf(".") + 1)}`];
}

function watchedNames(file: string): () => Promise<DnsNames> {
  let read = { at: -1, names: {} as DnsNames };
  return async () => {
    const changed = (await stat(file)).mtimeMs;
    if (changed !== read.at) read = { at: changed, names: JSON.parse(await readFile(file, "utf8")) as DnsNames };
    return read.names;
  };
}
