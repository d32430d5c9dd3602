import { parseRange } from "../base/address.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ProxyValues } from "./injection-values.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";

const MODES = ["REDIRECT", "TPROXY", "NONE"] as const;

export type InterceptionMode = (typeof MODES)[number];

/** What the redirection rules are made of; empty text means the flag's own «nothing». */
export interface Interception {
  readonly mode: InterceptionMode;
  readonly includeRanges: string;
  readonly excludeRanges: string;
  readonly includeInboundPorts: string;
  readonly excludeInboundPorts: string;
  readonly includeOutboundPorts: string;
  readonly excludeOutboundPorts: string;
  readonly rerouteInterfaces: string;
  readonly excludeInterfaces: string;
}

type Check = (value: string) => string | undefined;

interface Setting {
  readonly field: Exclude<keyof Interception, "mode">;
  readonly annotation: string;
  readonly check: Check;
  readonly fallback: (values: ProxyValues) => string;
}

const PREFIX = "traffic.sidecar.istio.io/";
const MODE = "sidecar.istio.io/interceptionMode";

const SETTINGS: readonly Setting[] = [
  { field: "includeRanges", annotation: "includeOutboundIPRanges", check: orStar(ranges), fallback: (v) => v.includeIPRanges },
  { field: "excludeRanges", annotation: "excludeOutboundIPRanges", check: ranges, fallback: (v) => v.excludeIPRanges },
  { field: "includeInboundPorts", annotation: "includeInboundPorts", check: orStar(ports), fallback: (v) => v.includeInboundPorts },
  { field: "excludeInboundPorts", annotation: "excludeInboundPorts", check: ports, fallback: (v) => v.excludeInboundPorts },
  { field: "includeOutboundPorts", annotation: "includeOutboundPorts", check: orStar(ports), fallback: (v) => v.includeOutboundPorts },
  { field: "excludeOutboundPorts", annotation: "excludeOutboundPorts", check: ports, fallback: (v) => v.excludeOutboundPorts },
  { field: "rerouteInterfaces", annotation: "kubevirtInterfaces", check: interfaces, fallback: () => "" },
  { field: "excludeInterfaces", annotation: "excludeInterfaces", check: interfaces, fallback: (v) => v.excludeInterfaces },
];

/** What holds where no annotation says anything. */
export interface InterceptionDefaults {
  /** `interceptionMode` of the proxy configuration. */
  readonly mode: unknown;
  readonly values: ProxyValues;
}

/** Annotations over values. An annotation that cannot become a rule refuses the pod: traffic would silently take another way. */
export function readInterception(
  annotations: Readonly<Record<string, string>>,
  { mode: configured, values }: InterceptionDefaults,
): Result<Interception, Refusal> {
  const mode = annotations[MODE] ?? configured ?? "REDIRECT";
  if (!isMode(mode)) return err(annotationRefusal(MODE, `"${mode}" is not a mode; write ${MODES.join(", ")}`));
  const fields: Record<string, string> = {};
  for (const { field, annotation, check, fallback } of SETTINGS) {
    const given = annotations[PREFIX + annotation];
    const problem = given === undefined ? undefined : check(given);
    if (problem !== undefined) return err(annotationRefusal(PREFIX + annotation, problem));
    // A single port is a number to whoever reads the values as YAML.
    fields[field] = given ?? String(fallback(values));
  }
  const reroute = annotations["istio.io/reroute-virtual-interfaces"];
  if (reroute !== undefined) fields.rerouteInterfaces = reroute;
  return ok({ ...fields, mode } as Interception);
}

function isMode(text: unknown): text is InterceptionMode {
  return MODES.some((mode) => mode === text);
}

function orStar(check: Check): Check {
  return (value) => (value === "*" ? undefined : check(value));
}

function ports(value: string): string | undefined {
  const wrong = parts(value).find((part) => !/^\d{1,5}$/.test(part) || Number(part) > 65535);
  return wrong === undefined ? undefined : `"${wrong}" is not a port; write numbers from 0 to 65535 separated by commas, as "8080,9090"`;
}

function ranges(value: string): string | undefined {
  const wrong = parts(value).find((part) => parseRange(part) === undefined);
  return wrong === undefined
    ? undefined
    : `"${wrong}" is not an address range; write ranges separated by commas, as "10.0.0.0/8,192.168.1.0/24"`;
}

function interfaces(value: string): string | undefined {
  const wrong = parts(value).find((part) => !/^[\w.:@-]{1,15}$/.test(part));
  return wrong === undefined
    ? undefined
    : `"${wrong}" is not a name of a network interface; write names separated by commas, as "eth1,docker0"`;
}

function parts(value: string): readonly string[] {
  return value === "" ? [] : value.split(",").map((part) => part.trim());
}
