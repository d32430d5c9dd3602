import { err, ok, type Result } from "../base/result.ts";

/** The command line of `proxy`, with what the reference's has. */
export interface ProxyFlags {
  readonly role: "sidecar" | "router";
  /** `--domain`; empty when not given. */
  readonly domain: string;
  readonly envoyLogLevel: string;
  readonly envoyComponentLogLevel: string;
  /** As written, `default:info`. */
  readonly agentLogLevel: string;
  readonly concurrency: number | undefined;
  /** Flags of the reference that have no effect here. */
  readonly warnings: readonly string[];
}

const KNOWN = new Set(["domain", "proxyLogLevel", "proxyComponentLogLevel", "log_output_level", "concurrency"]);
const ENVOY_LEVELS = ["trace", "debug", "info", "warning", "error", "critical", "off"];

/** Arguments after `proxy`. Unknown flags are told, not refused: manifests carry flags of many versions. */
export function readProxyFlags(argv: readonly string[]): Result<ProxyFlags, string> {
  const { words, flags } = split(argv);
  const value = (name: string, fallback: string): string => flags.get(name) || fallback;
  const role = words[0] ?? "sidecar";
  if (role !== "sidecar" && role !== "router") return err(`"${role}" is not a role of a proxy; write "proxy sidecar" or "proxy router"`);
  const envoyLogLevel = value("proxyLogLevel", "warning");
  const problem = levelProblem(envoyLogLevel) ?? concurrencyProblem(value("concurrency", "0"));
  if (problem !== undefined) return err(problem);
  const concurrency = flags.get("concurrency");
  return ok({
    role,
    domain: value("domain", ""),
    envoyLogLevel,
    envoyComponentLogLevel: flags.get("proxyComponentLogLevel") ?? "misc:error",
    agentLogLevel: value("log_output_level", "default:info"),
    concurrency: concurrency === undefined ? undefined : Number(concurrency),
    warnings: [...flags.keys()].filter((name) => !KNOWN.has(name)).map((name) => `--${name}`),
  });
}

function levelProblem(level: string): string | undefined {
  return ENVOY_LEVELS.includes(level)
    ? undefined
    : `--proxyLogLevel: "${level}" is not a log level; write one of ${ENVOY_LEVELS.join(", ")}`;
}

function concurrencyProblem(text: string): string | undefined {
  if (/^\d{1,4}$/.test(text)) return undefined;
  return `--concurrency: "${text}" is not a number; write the number of worker threads, 0 for one per CPU`;
}

function split(argv: readonly string[]): { readonly words: readonly string[]; readonly flags: ReadonlyMap<string, string> } {
  const words: string[] = [];
  const flags = new Map<string, string>();
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith("--")) {
      words.push(word);
      continue;
    }
    const at = word.indexOf("=");
    const name = at < 0 ? word.slice(2) : word.slice(2, at);
    const next = rest[0];
    // A flag we know takes the next word; of others nobody knows whether they are switches.
    const value = at >= 0 ? word.slice(at + 1) : next !== undefined && !next.startsWith("--") ? (rest.shift() ?? "") : "true";
    flags.set(name, value);
  }
  return { words, flags };
}
