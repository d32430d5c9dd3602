// Runs inside a network namespace, as root: reads one list of probes a line from its input, makes the calls, and prints where each
// of them landed, as one line of JSON. Callers one after the other, the calls of one caller all at once: whoever opens a socket is
// told by the process's ids at that moment.
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { Probe } from "./probes.ts";

const PATIENCE_MS = 3000;
const REQUEST = "GET / HTTP/1.1\r\nhost: landing\r\nconnection: close\r\n\r\n";

/** What the one who answered said of itself: the last line of its answer. */
const landing = (text: string): string => text.trim().split("\n").at(-1)?.trim() || "nothing said";

function byTcp({ host, port, source }: Probe): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...(source?.address !== undefined && { localAddress: source.address }) });
    let text = "";
    const timer = setTimeout(() => end("silent"), PATIENCE_MS);
    const end = (verdict: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(verdict);
    };
    socket.on("connect", () => socket.write(REQUEST));
    socket.on("data", (bytes) => {
      text += bytes.toString();
    });
    socket.on("end", () => end(landing(text)));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code === "ECONNREFUSED" ? "refused" : String(error.code)));
  });
}

function byUdp({ host, port, source }: Probe): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(":") ? { type: "udp6", ipv6Only: true } : { type: "udp4" });
    const timer = setTimeout(() => end("silent"), PATIENCE_MS);
    const end = (verdict: string): void => {
      clearTimeout(timer);
      socket.close();
      resolve(verdict);
    };
    socket.on("message", (bytes) => end(landing(bytes.toString())));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code === "ECONNREFUSED" ? "refused" : String(error.code)));
    // Connected, so that an answer from anyone but the one who was asked is not taken for one.
    socket.bind({ port: source?.port ?? 0 }, () => socket.connect(port, host, () => socket.send("?")));
  });
}

const [setgid, setuid] = [process.setegid, process.seteuid];

async function callAs(probes: readonly Probe[]): Promise<readonly (readonly [string, string])[]> {
  const caller = probes[0]?.caller;
  if (caller === undefined) return [];
  setgid?.(caller.gid);
  setuid?.(caller.uid);
  const landed = await Promise.all(
    probes.map(async (probe) => [probe.name, await (probe.protocol === "tcp" ? byTcp(probe) : byUdp(probe))] as const),
  );
  setuid?.(0);
  setgid?.(0);
  return landed;
}

for await (const line of createInterface({ input: process.stdin })) {
  const probes = JSON.parse(line) as readonly Probe[];
  const verdicts: (readonly [string, string])[] = [];
  // A port that is asked from by two callers is free again only when the first has closed it.
  for (const group of Map.groupBy(probes, ({ caller }) => `${caller.uid}/${caller.gid}`).values()) {
    verdicts.push(...(await callAs(group)));
  }
  process.stdout.write(`${JSON.stringify(verdicts)}\n`);
}
