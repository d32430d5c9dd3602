import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";

/** A pod and its neighbour: two network namespaces, joined, without a way out. */
export interface TwoNamespaces {
  readonly podAddress: string;
  readonly podAddress6: string;
  /** Runs to its end inside the pod. */
  inPod(command: readonly string[], input?: string): SpawnSyncReturns<string>;
  /** Answers every connection on these ports with the port's number. */
  answerOn(ports: readonly number[]): Promise<void>;
  /** Who answers a connection of this user: the port's number, or `none`. */
  whoAnswers(from: "pod" | "neighbour", uid: number, target: { readonly host: string; readonly port: number }): string;
  close(): void;
}

const POD = "10.210.77.1";
const NEIGHBOUR = "10.210.77.2";
const POD6 = "fd77::1";
const NEIGHBOUR6 = "fd77::2";

const ip = (...words: readonly string[]): void => void execFileSync("ip", words, { stdio: "pipe" });

export function openTwoNamespaces(): TwoNamespaces {
  const pod = `fl-ipt-pod-${process.pid}`;
  const neighbour = `fl-ipt-out-${process.pid}`;
  const servers: { kill(): void }[] = [];
  for (const name of [pod, neighbour]) ip("netns", "add", name);
  ip("-n", pod, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", neighbour);
  for (const [name, address, address6] of [
    [pod, POD, POD6],
    [neighbour, NEIGHBOUR, NEIGHBOUR6],
  ] as const) {
    ip("-n", name, "address", "add", `${address}/24`, "dev", "eth0");
    ip("-n", name, "address", "add", `${address6}/64`, "dev", "eth0", "nodad");
    ip("-n", name, "link", "set", "eth0", "up");
    ip("-n", name, "link", "set", "lo", "up");
  }
  ip("-n", pod, "route", "add", "default", "via", NEIGHBOUR);
  ip("-n", pod, "-6", "route", "add", "default", "via", NEIGHBOUR6);
  const inside = (name: string, command: readonly string[], input = ""): SpawnSyncReturns<string> =>
    spawnSync("ip", ["netns", "exec", name, ...command], { encoding: "utf8", input });
  return {
    podAddress: POD,
    podAddress6: POD6,
    inPod: (command, input) => inside(pod, command, input),
    answerOn: (ports) => {
      const server = spawn("ip", ["netns", "exec", pod, process.execPath, "-e", ANSWERING, ports.join()], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      servers.push(server);
      return new Promise((done) => server.stdout.once("data", () => done()));
    },
    whoAnswers: (from, uid, { host, port }) =>
      inside(from === "pod" ? pod : neighbour, [process.execPath, "-e", ASKING, String(uid), host, String(port)]).stdout.trim(),
    close: () => {
      for (const server of servers) server.kill();
      for (const name of [pod, neighbour]) ip("netns", "del", name);
    },
  };
}

const ANSWERING = `
const ports = process.argv[1].split(",");
let open = 0;
for (const port of ports)
  require("node:net").createServer((socket) => { socket.on("error", () => {}); socket.end(port); })
    .listen(Number(port), "::", () => { if (++open === ports.length) console.log("open"); });`;

const ASKING = `
const [uid, host, port] = process.argv.slice(1);
process.setgid(Number(uid)); process.setuid(Number(uid));
const socket = require("node:net").connect({ host, port: Number(port) });
const end = (text) => { console.log(text); process.exit(); };
socket.on("data", (data) => end(data.toString()));
socket.on("error", () => end("none"));
setTimeout(() => end("none"), 1500);`;
