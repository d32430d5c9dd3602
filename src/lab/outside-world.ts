import { type ChildProcess, spawn } from "node:child_process";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DnsNames } from "./dns-server.ts";
import { inNetwork, LAB_ADDRESSES, type LabNetwork } from "./lab-network.ts";
import type { OutsideConfig } from "./lab-process.ts";
import type { OutsideServer, ServerIdentity } from "./outside-servers.ts";
import { createOutsideAuthority } from "./server-certificates.ts";

/** The running outside world. */
export interface OutsideWorld {
  /** Path of the certificate of the authority that signed its servers. */
  readonly caFile: string;
  /** Replaces what the DNS server knows. */
  setNames(names: DnsNames): Promise<void>;
}

export interface OutsideOptions {
  readonly network: LabNetwork;
  readonly folder: string;
  /** Command that runs `runLabProcess`. */
  readonly labProcess: readonly string[];
  readonly servers: readonly OutsideServer[];
}

/** Starts the servers of the outside world and the DNS server that all pods use. It ends with this process or the lab. */
export async function startOutsideWorld(options: OutsideOptions): Promise<OutsideWorld> {
  const namesFile = join(options.folder, "names.json");
  const configFile = join(options.folder, "outside.json");
  const authority = await createOutsideAuthority(join(options.folder, "outside-ca"));
  const identities: Record<string, ServerIdentity> = {};
  for (const server of options.servers.filter((candidate) => candidate.kind === "https")) {
    identities[server.name] = await authority.issue(server.name, server.hosts ?? [server.name]);
  }
  await writeFile(namesFile, "{}");
  const config: OutsideConfig = { servers: options.servers, identities, dnsAddress: LAB_ADDRESSES.dns, namesFile };
  await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
  const command = inNetwork(options.network.outside, [...options.labProcess, "outside", configFile]);
  const child = spawn("setpriv", ["--pdeathsig=KILL", ...command], { stdio: ["ignore", "pipe", "pipe"] });
  await saidReady(child);
  return {
    caFile: authority.caFile,
    setNames: async (names) => {
      await writeFile(`${namesFile}.new`, JSON.stringify(names));
      await rename(`${namesFile}.new`, namesFile);
    },
  };
}

function saidReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.stdout?.once("data", () => resolve());
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the outside world ended with ${code}: ${errors.trim()}`)));
  });
}
