import { readFile } from "node:fs/promises";
import { startDnsServer } from "./dns-server.ts";
import { callGrpc } from "./grpc-call.ts";
import { type OutsideServer, type ServerIdentity, startOutsideServer } from "./outside-servers.ts";
import { watchRequests } from "./request-watch.ts";

/** What the outside world's process is told, as a file. */
export interface OutsideConfig {
  readonly servers: readonly OutsideServer[];
  /** Certificates by server name. */
  readonly identities: Readonly<Record<string, ServerIdentity>>;
  readonly dnsAddress: string;
  readonly namesFile: string;
}

/**
 * What the lab runs inside its namespaces, as a process of its own: `outside CONFIG` serves until it is killed, `watch URL HOST`
 * asks over and over and prints each change of the answer, `grpc ADDRESS AUTHORITY` makes one call. A namespace belongs to a process, so these cannot be functions.
 */
export async function runLabProcess(args: readonly string[]): Promise<number> {
  const [role, ...rest] = args;
  if (role === "outside") return serveOutside(rest[0] ?? "").catch(giveUp);
  if (role === "watch") return watchRequests(rest[0] ?? "", rest[1]);
  if (role === "grpc") return callGrpc(rest[0] ?? "", rest[1] ?? "");
  process.stderr.write(`unknown role ${role}: outside, watch or grpc\n`);
  return 2;
}

/** Servers that listen already would keep a process alive that says it failed. */
function giveUp(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

async function serveOutside(file: string): Promise<number> {
  const config = JSON.parse(await readFile(file, "utf8")) as OutsideConfig;
  await startDnsServer(config.dnsAddress, config.namesFile);
  await Promise.all(config.servers.map((server) => startOutsideServer(server, config.identities[server.name])));
  process.stdout.write("ready\n");
  return new Promise(() => undefined);
}
