import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { captureRules, type PodNetwork } from "../iptables/capture-rules.ts";
import type { Family, IptablesOptions } from "../iptables/iptables-options.ts";
import { type IptablesCommand, parseOptions } from "../iptables/parse-options.ts";
import { cleanupText, restoreText, stateAfter } from "../iptables/restore-text.ts";
import { NO_RULES, parseSaved, type SavedRules } from "../iptables/saved-rules.ts";

/** Where the command writes: `print` is for people and pipes (stdout), `log` one line of what happened. */
export interface Output {
  print(text: string): void;
  log(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string): void;
}

type Backend = "nft" | "legacy";

/** `istio-iptables` and `fairlead iptables`. Returns the exit status: 0 done, 1 wrong flags or refused by the kernel. */
export function runIptables(argv: readonly string[], env: NodeJS.ProcessEnv, out: Output): number {
  const parsed = parseOptions(argv, env);
  if (!parsed.ok) {
    for (const problem of parsed.error) {
      out.error(`iptables: ${problem}`);
    }
    return 1;
  }
  const network = readNetwork("/etc/resolv.conf");
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
    out.print(command.cleanup ? cleanupText(rules, stateAfter(rules)) : restoreText(rules, NO_RULES));
  }
  return 0;
}

function apply(command: IptablesCommand, network: PodNetwork, out: Output): number {
  const backend = chooseBackend();
  for (const family of families(command.options, out)) {
    const failure = applyFamily(command, family, network, backend);
    if (failure !== undefined && family === "v6") {
      out.log("IPv6 rules skipped: this kernel or image has no working ip6tables", { reason: failure });
    } else if (failure !== undefined) {
      out.error(`iptables: the kernel refused the rules: ${failure}; the container needs root with NET_ADMIN and NET_RAW`);
      return 1;
    }
  }
  out.log(command.cleanup ? "redirection removed" : "redirection written", { backend });
  return 0;
}

function applyFamily(command: IptablesCommand, family: Family, network: PodNetwork, backend: Backend): string | undefined {
  const rules = captureRules(command.options, family, network);
  const saved = savedRules(family, backend);
  const text = command.cleanup ? cleanupText(rules, saved) : restoreText(rules, saved);
  if (text !== "") {
    const run = spawnSync(program(family, backend, "restore"), ["-w", "--noflush"], { input: text, encoding: "utf8" });
    if (run.status !== 0) {
      return (run.stderr || run.error?.message || "unknown").trim();
    }
  }
  return command.options.mode === "TPROXY" ? routeMarked(command, family) : undefined;
}

/** TPROXY only: marked packets are delivered locally, by a routing table of their own. */
function routeMarked(command: IptablesCommand, family: Family): string | undefined {
  const ip = (args: readonly string[]): string | undefined => {
    const run = spawnSync("ip", [family === "v4" ? "-4" : "-6", ...args], { encoding: "utf8" });
    return run.status === 0 ? undefined : (run.stderr || run.error?.message || "unknown").trim();
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

const program = (family: Family, backend: Backend | "default", action: "save" | "restore"): string =>
  `${family === "v4" ? "iptables" : "ip6tables"}${backend === "default" ? "" : `-${backend}`}-${action}`;

function savedRules(family: Family, backend: Backend): SavedRules {
  const run = spawnSync(program(family, backend, "save"), [], { encoding: "utf8" });
  return run.status === 0 ? parseSaved(run.stdout) : NO_RULES;
}

/** The back end that the node's own rules use: rules of both at once are evaluated, but nobody expects it. */
function chooseBackend(): Backend {
  const rulesOf = (backend: Backend): number => [...savedRules("v4", backend).values()].reduce((sum, table) => sum + table.rules.length, 0);
  if (spawnSync(program("v4", "nft", "save"), []).status !== 0) {
    return "legacy";
  }
  return rulesOf("nft") === 0 && rulesOf("legacy") > 0 ? "legacy" : "nft";
}

function readNetwork(resolvConf: string): PodNetwork {
  const text = readText(resolvConf);
  const servers = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? "");
  return { dnsServers: { v4: servers.filter((server) => isIP(server) === 4), v6: servers.filter((server) => isIP(server) === 6) } };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
