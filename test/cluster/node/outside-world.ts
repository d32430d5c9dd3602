import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { OutsideConfig } from "../../../src/lab/lab-process.ts";
import type { OutsideServer } from "../../../src/lab/outside-servers.ts";
import { type ClusterPlan, NETWORK } from "./cluster-plan.ts";

const [WEB, OTHER] = NETWORK.outsideAddresses;

const SERVERS: readonly OutsideServer[] = [
  { name: "web", kind: "http", address: WEB, port: 80 },
  { name: "other", kind: "http", address: OTHER, port: 80 },
];

/** Who is outside, by name. */
const NAMES = { "api.example.com": [WEB], "other.example.com": [OTHER] };

/** Command that plays the outside world, in its namespace of the node. */
export function outsideCommand({ state }: ClusterPlan): readonly string[] {
  const config: OutsideConfig = {
    servers: SERVERS,
    identities: {},
    dnsAddress: NETWORK.gatewayAddress,
    namesFile: join(state, "outside-names.json"),
  };
  writeFileSync(config.namesFile, JSON.stringify(NAMES));
  writeFileSync(join(state, "outside.json"), JSON.stringify(config));
  const program = [process.execPath, resolve("test/network/lab-process.ts"), "outside", join(state, "outside.json")];
  return ["ip", "netns", "exec", "outside", ...program];
}
