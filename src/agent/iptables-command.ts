import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { PASSTHROUGH } from "../base/passthrough.ts";
import { err, ok, type Result } from "../base/result.ts";
import { captureRules, type PodNetwork } from "../iptables/capture-rules.ts";
import type { Family, IptablesOptions } from "../iptables/iptables-options.ts";
import { type IptablesCommand, parseOptions } from "../iptables/parse-options.ts";
import { cleanupText, restoreText, stateAfter } from "../iptables/restore-text.ts";
import { NO_RULES } from "../iptables/saved-rules.ts";
import { type Backend, chooseBackend, restore, runProgram } from "./iptables-backend.ts";
import { nameServers } from "./resolv-conf.ts";

/** Where the command writes: `print` is for people and pipes (stdout), `log` one line of what happened. */
export interface Output {
  print(text: string): void;
  log(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string): void;
}

/** `istio-iptables` and `fairlead iptables`. Returns the exit status: 0 done, 1 wrong flags or refused by the kernel. */
export function runIptables(argv: readonly string[], env: NodeJS.ProcessEnv, out: Output): number {
  const parsed = parseOptions(argv, env);
  if (!parsed.ok) {
    for (const problem of parsed.error) {
      out.error(`iptables: ${problem}`);
    }
    return 1;
  }
  const network = podNetwork();
  return parsed.value.dryRun ? dryRun(parsed.value, network, out) : apply(parsed.value, network, out);
}

function families(options: IptablesOptions, out: Output): readonly Family[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const routed = addresses.some((address) => address.family === "IPv6" && !address.internal && !address.address.startsWith("fe80:"));
  if (!routed) {
    out.log("IPv6 left alone: the pod has no IPv6 address beyond its own links", { dualStack: options.dualStack });
  }
  return routed ? ["v4", "v6"] : ["v4"];
}

function dryRun(command: IptablesCommand, network: PodNetwork, out: Output): number {
  for (const family of families(command.options, { ...out, log: () => {} })) {
    const rules = captureRules(command.options, family, network);
    const text = command.cleanup ? cleanupText(rules, stateAfter(rules)) : restoreText(rules, NO_RULES);
    // A comment for the programs that read it, and what tells people the two families apart.
    out.print(`# ${family === "v4" ? "iptables" : "ip6tables"}-restore --noflush\n${text}`);
  }
  return 0;
}

function apply(command: IptablesCommand, network: PodNetwork, out: Output): number {
  const backends: Partial<Record<Family, Backend>> = {};
  for (const family of families(command.options, out)) {
    const applied = applyFamily(command, family, network);
    if (applied.ok) {
      backends[family] = applied.value;
    } else if (family === "v6" && command.ipv6MayBypass) {
      out.log("IPv6 is not captured, as --ipv6-may-bypass allows: no policy holds for it", { reason: applied.error });
    } else {
      out.error(refusal(family, applied.error));
      return 1;
    }
  }
  out.log(command.cleanup ? "redirection removed" : "redirection written", backends);
  return 0;
}

/** Without its rules a family passes Envoy by, and every policy with it: then the pod had better not start. */
function refusal(family: Family, reason: string): string {
  if (family === "v4") {
    return `iptables: the kernel refused the rules: ${reason}; the container needs root with NET_ADMIN and NET_RAW`;
  }
  return [
    `iptables: the kernel refused the IPv6 rules: ${reason}`,
    "this pod has a routed IPv6 address, so its IPv6 calls would pass the proxy and every outbound policy by",
    "have the node load what the rules need (nft_chain_nat, or ip6table_nat and ip6table_mangle), or give the pod no IPv6 address, " +
      'or write --ipv6-may-bypass (FAIRLEAD_IPV6_MAY_BYPASS: "true" among the proxyMetadata) to let its IPv6 calls go uncaptured',
  ].join("; ");
}

function applyFamily(command: IptablesCommand, family: Family, network: PodNetwork): Result<Backend, string> {
  const chosen = chooseBackend(family);
  if (!chosen.ok) return chosen;
  const { backend, saved } = chosen.value;
  const rules = captureRules(command.options, family, network);
  const text = command.cleanup ? cleanupText(rules, saved) : restoreText(rules, saved);
  const failure = text === "" ? undefined : restore(family, backend, text);
  const routed = failure ?? (command.options.mode === "TPROXY" ? routeMarked(command, family) : undefined);
  const problem = routed ?? (family === "v6" ? ownPassthrough(command) : undefined);
  return problem === undefined ? ok(backend) : err(problem);
}

/** The address that Envoy hands on from must be one of the pod's before it can be bound. */
function ownPassthrough({ cleanup }: IptablesCommand): string | undefined {
  const run = runProgram("ip", ["-6", "addr", cleanup ? "del" : "replace", `${PASSTHROUGH.v6}/128`, "dev", "lo"]);
  // Gone already is gone.
  return run.ok || cleanup ? undefined : run.error;
}

/** TPROXY only: marked packets are delivered locally, by a routing table of their own. */
function routeMarked(command: IptablesCommand, family: Family): string | undefined {
  const ip = (args: readonly string[]): string | undefined => {
    const run = runProgram("ip", [family === "v4" ? "-4" : "-6", ...args]);
    return run.ok ? undefined : run.error;
  };
  const mark = String(command.options.tproxyMark);
  const table = String(command.options.tproxyRouteTable);
  ip(["rule", "del", "fwmark", mark, "lookup", table]);
  ip(["route", "flush", "table", table]);
  if (command.cleanup) {
    return undefined;
  }
  return ip(["rule", "add", "fwmark", mark, "lookup", table]) ?? ip(["route", "add", "local", "default", "dev", "lo", "table", table]);
}

function podNetwork(): PodNetwork {
  const servers = nameServers();
  return { dnsServers: { v4: servers.filter((server) => isIP(server) === 4), v6: servers.filter((server) => isIP(server) === 6) } };
}
