import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ENVOY } from "../xds/envoy-process.ts";
import { openCaptureNetwork } from "./capture-network.ts";
import { landingBootstrap } from "./envoy-landing.ts";
import { type LineProcess, startLineProcess } from "./line-process.ts";
import { ADDRESSES, OF_WORLD, PASSTHROUGH, type Place } from "./places.ts";
import type { Probe } from "./probes.ts";

/** A pod with three wires, an outside world that owns every address called, and a virtual machine behind the pod. */
export interface CaptureLab {
  /** Runs to its end in the pod's network, with a resolv.conf that names the DNS server. */
  inPod(command: readonly string[], input?: string): SpawnSyncReturns<string>;
  /** Takes every rule, rule of routing and address away that a run may have left. */
  flush(): void;
  /** Makes the calls; where each landed, by its name. */
  landings(probes: readonly Probe[]): Promise<ReadonlyMap<string, string>>;
  /** Opens a connection from the world to the pod that stays open, instead of the last one. */
  hold(): Promise<void>;
  /** Whether a byte that is sent over the connection comes back: `answered` or `silent`. */
  askHeld(): Promise<string>;
  close(): Promise<void>;
}

const HERE = import.meta.dirname;
const program = (name: string, ...args: readonly string[]): readonly string[] => [process.execPath, join(HERE, name), ...args];
const APP = { tcp: [22, 53, 80, 8080, 9100, 7070, 15008], udp: ["127.0.0.1,53", "::1,53"] };
const AGENT = { tcp: [15020, 15021, 15053, 15090], udp: ["127.0.0.1,15053", "::1,15053"] };
const WORLD_TCP = [53, 80, 443, 3306, 5432, 9092, 15008, 15020];

/** Everything that answers runs when this resolves. */
export async function openCaptureLab(): Promise<CaptureLab> {
  const network = openCaptureNetwork();
  const folder = mkdtempSync(join(tmpdir(), "fairlead-capture-"));
  const inside = (place: Place, command: readonly string[]) => ["nsenter", `--net=/run/netns/${network.names[place]}`, ...command];
  const start = (place: Place, command: readonly string[]) => startLineProcess(inside(place, command));
  const answering = (place: Place, user: number, { tcp, udp }: { readonly tcp: readonly number[]; readonly udp: readonly string[] }) =>
    start(place, [
      "setpriv",
      `--reuid=${user}`,
      `--regid=${user}`,
      "--clear-groups",
      ...program("answering.ts", tcp.join(), udp.join(" ")),
    ]);
  writeFileSync(join(folder, "envoy.json"), JSON.stringify(landingBootstrap()));
  const envoy = ["setpriv", "--regid=1337", "--clear-groups", ENVOY, "-c", join(folder, "envoy.json"), ...ENVOY_FLAGS];
  const answerers = [
    answering("pod", 2000, APP),
    answering("pod", 1337, AGENT),
    answering("world", 2000, { tcp: WORLD_TCP, udp: worldUdp() }),
    start("pod", envoy),
  ];
  const probers = new Map((["pod", "world", "machine"] as const).map((place) => [place, start(place, program("prober.ts"))]));
  const held = start("world", program("held-call.ts"));
  for (const answerer of answerers.slice(0, 3)) await answerer.line();
  const lab = { folder, inside, probers };
  writeFileSync(join(folder, "resolv.conf"), `nameserver ${ADDRESSES.v4["dns"]}\n`);
  await untilEnvoyAnswers(inside);
  return {
    inPod: (command, input = "") => runInPod(lab, command, input),
    flush: () => void runInPod(lab, ["sh", "-c", FLUSH], ""),
    landings: (probes) => landings(probers, probes),
    hold: async () => void (await held.ask(`${ADDRESSES.v4["own"]} 7070`)),
    askHeld: () => held.ask("ask"),
    close: async () => {
      await Promise.all([...answerers, ...probers.values(), held].map((one) => one.stop()));
      network.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const ENVOY_FLAGS = ["--use-dynamic-base-id", "--concurrency", "1", "--disable-hot-restart", "-l", "error"];

/** Each of these may be gone already. */
const FLUSH = `nft flush ruleset
for family in -4 -6; do
  while ip $family rule del fwmark 1337 2>/dev/null; do :; done
  ip $family route flush table 133 2>/dev/null
done
ip -6 addr del ${PASSTHROUGH.v6}/128 dev lo 2>/dev/null
true`;

function worldUdp(): readonly string[] {
  return (["v4", "v6"] as const).flatMap((family) =>
    OF_WORLD.flatMap((word) => {
      const address = ADDRESSES[family][word];
      return address === undefined || !["outside", "dns"].includes(word) ? [] : [53, 443, 3306].map((port) => `${address},${port}`);
    }),
  );
}

interface Parts {
  readonly folder: string;
  inside(place: Place, command: readonly string[]): readonly string[];
}

function runInPod({ folder, inside }: Parts, command: readonly string[], input: string): SpawnSyncReturns<string> {
  const mounted = `mount --bind ${join(folder, "resolv.conf")} ${resolve("/etc/resolv.conf")} && exec "$@"`;
  const [file = "", ...args] = inside("pod", ["unshare", "--mount", "sh", "-c", mounted, "sh", ...command]);
  return spawnSync(file, args, { encoding: "utf8", input });
}

async function untilEnvoyAnswers(inside: Parts["inside"]): Promise<void> {
  const urls = [15001, 15006].flatMap((port) => [`http://127.0.0.1:${port}/`, `http://[::1]:${port}/`]);
  const [file = "", ...args] = inside("pod", ["curl", "-sf", "--max-time", "2", ...urls]);
  for (let tries = 0; tries < 100; tries++) {
    if (spawnSync(file, args).status === 0) return;
    await new Promise((wait) => setTimeout(wait, 50));
  }
  throw new Error("Envoy did not answer on ports 15001 and 15006");
}

async function landings(probers: ReadonlyMap<Place, LineProcess>, probes: readonly Probe[]): Promise<ReadonlyMap<string, string>> {
  const byPlace = Map.groupBy(probes, ({ from }) => from);
  const answers = [...byPlace].map(async ([place, own]) => {
    const answer = (await probers.get(place)?.ask(JSON.stringify(own))) ?? "[]";
    return JSON.parse(answer) as readonly (readonly [string, string])[];
  });
  return new Map((await Promise.all(answers)).flat());
}
