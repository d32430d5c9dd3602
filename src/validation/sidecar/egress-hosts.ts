import { fixedByRemoval } from "../../api/fix.ts";
import { EXCLUDED_NAMESPACES } from "../../api/unbuilt/networking.ts";
import { meanwhileOf } from "../../api/unbuilt/unbuilt-field.ts";
import { isShortName, wildcardHostFault } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkWildcardHost, partialWildcard } from "../check/host.ts";
import { checkNamespaceName } from "../check/namespace.ts";
import { repeated } from "../check/unique.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

const ANY = ["*", ".", "~"];

const checkName: Check<string> = (value, path) => {
  const domain = partialWildcard(value);
  if (domain !== undefined) return [finding("wholePartialWildcard", path, { value, domain })];
  return wildcardHostFault(value) === undefined && isShortName(value)
    ? [finding("shortHost", path, { value })]
    : checkWildcardHost(value, path);
};

/** Imports nothing. */
const NONE = "~/*";

/** Namespaces to import from, or, behind `~`, to take away again. */
const checkNamespaces: Check<string> = (text, path) => {
  const name = text.startsWith("~") ? text.slice(1) : text;
  if (ANY.includes(text) || ANY.includes(name)) return [];
  return checkNamespaceName(name, path, () => finding("gatewayHostNamespace", path, { value: text, others: "`.`, `*` or `~`" }));
};

const checkHost: Check<string> = (value, path) => {
  const [namespace = "", name = "", rest] = value.split("/");
  if (namespace === "" || name === "" || rest !== undefined) return [finding("egressHostForm", path, { value })];
  const unknown = checkNamespaces(namespace, path);
  if (unknown.some(({ level }) => level === "error")) return unknown;
  const taken =
    namespace.startsWith("~") && value !== NONE ? [finding("notBuilt", path, { meanwhile: meanwhileOf(EXCLUDED_NAMESPACES) })] : [];
  return [...unknown, ...checkName(name, path), ...taken];
};

/** Hosts are namespace/host; one that a wildcard beside it covers is told. */
export const sidecarEgressHosts: Rule<"Sidecar"> = {
  id: "sidecar/egress-hosts",
  kinds: ["Sidecar"],
  check: ({ spec }) =>
    each(spec.egress, "spec.egress", ({ hosts }, path) => [
      ...(hosts.length === 0 ? [finding("egressHostsMissing", `${path}.hosts`, {})] : []),
      ...each(hosts, `${path}.hosts`, checkHost),
      ...checkSuperfluous(hosts, `${path}.hosts`),
    ]),
};

/** Hosts that another one covers, and those of the others that stand before already. */
function checkSuperfluous(hosts: readonly string[], path: string): readonly Finding[] {
  const shadowed = checkShadowed(hosts, path);
  const told = new Set(shadowed.map((found) => found.path));
  const twice = repeated(hosts, path).filter(({ at }) => !told.has(at));
  return [...twice.map(({ value, at }) => fixedByRemoval(finding("egressHostTwice", at, { value }))), ...shadowed];
}

/** `*` for a namespace, or for all of them, takes every other host there; what is taken away with `~` is covered by the same alone. */
function checkShadowed(hosts: readonly string[], path: string): readonly Finding[] {
  const whole = new Map(
    hosts.map((host) => host.split("/")).flatMap(([at = "", name]) => (name === "*" ? [[at, `${at}/*`] as const] : [])),
  );
  return each(hosts, path, (value, at) => {
    const [own = ""] = value.split("/");
    const around = own.startsWith("~") ? [whole.get(own)] : [whole.get("*"), whole.get(own)];
    const by = around.find((other) => other !== undefined && other !== value);
    return by === undefined ? [] : [fixedByRemoval(finding("hostShadowed", at, { value, by }))];
  });
}
