import { isNamespaceName, isShortName, wildcardHostFault } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { checkWildcardHost, partialWildcard } from "../check/host.ts";
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

const checkHost: Check<string> = (value, path) => {
  const [namespace = "", name = "", rest] = value.split("/");
  if (namespace === "" || name === "" || rest !== undefined) return [finding("egressHostForm", path, { value })];
  if (!ANY.includes(namespace) && !isNamespaceName(namespace)) return [finding("gatewayHostNamespace", path, { value: namespace })];
  return checkName(name, path);
};

/** Hosts are namespace/host; one that a wildcard beside it covers is told. */
export const sidecarEgressHosts: Rule<"Sidecar"> = {
  id: "sidecar/egress-hosts",
  kinds: ["Sidecar"],
  check: ({ spec }) =>
    each(spec.egress, "spec.egress", ({ hosts }, path) => [
      ...(hosts.length === 0 ? [finding("egressHostsMissing", `${path}.hosts`, {})] : []),
      ...each(hosts, `${path}.hosts`, checkHost),
      ...each(hosts, `${path}.hosts`, (value, at) => {
        const by = hosts.find((other) => other !== value && covers(other, value));
        return by === undefined ? [] : [finding("hostShadowed", at, { value, by })];
      }),
    ]),
};

function covers(other: string, value: string): boolean {
  const [namespace, name] = other.split("/");
  const [own] = value.split("/");
  return name === "*" && own !== "~" && (namespace === "*" || namespace === own);
}
