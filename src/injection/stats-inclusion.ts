import type { ProxyConfig } from "../api/mesh/proxy-config.ts";
import { err, ok, type Result } from "../base/result.ts";
import { checkProxyConfig } from "../validation/check/proxy-config.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";

type StatsMatcher = NonNullable<ProxyConfig["proxyStatsMatcher"]>;

/** Each says in the pod's annotations what a list of `proxyStatsMatcher` says in a proxy's configuration. */
const LISTS = {
  inclusionPrefixes: "sidecar.istio.io/statsInclusionPrefixes",
  inclusionSuffixes: "sidecar.istio.io/statsInclusionSuffixes",
  inclusionRegexps: "sidecar.istio.io/statsInclusionRegexps",
} as const satisfies Partial<Record<keyof StatsMatcher, string>>;

/** What the annotations ask to be counted, separated by commas; an empty one asks for nothing. */
export function statsInclusion(annotations: Readonly<Record<string, string>>): Result<StatsMatcher, Refusal> {
  const asked = Object.entries(LISTS).flatMap(([list, annotation]) => {
    const entries = (annotations[annotation] ?? "").split(",").map((entry) => entry.trim());
    const given = entries.filter((entry) => entry !== "");
    return given.length === 0 ? [] : [[list, given] as const];
  });
  const matcher: StatsMatcher = Object.fromEntries(asked);
  const wrong = checkProxyConfig({ proxyStatsMatcher: matcher }, "").find(({ level }) => level === "error");
  return wrong === undefined ? ok(matcher) : err(annotationRefusal(LISTS.inclusionRegexps, wrong.message));
}
