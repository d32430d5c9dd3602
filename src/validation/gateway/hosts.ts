import { isIp } from "../../base/address.ts";
import { isShortName } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { checkWildcardHost, partialWildcard } from "../check/host.ts";
import { checkNamespaceName } from "../check/namespace.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

const checkName: Check<string> = (value, path) => {
  if (isIp(value)) return [];
  const domain = partialWildcard(value);
  if (domain !== undefined) return [finding("wholePartialWildcard", path, { value, domain })];
  const bad = checkWildcardHost(value, path);
  return bad.length === 0 && isShortName(value) ? [finding("shortHost", path, { value })] : bad;
};

const checkHost: Check<string> = (value, path) => {
  const slash = value.indexOf("/");
  if (slash < 0) return checkName(value, path);
  const [namespace, name] = [value.slice(0, slash), value.slice(slash + 1)];
  if (namespace === "*" || namespace === ".") return checkName(name, path);
  const bad = () => finding("gatewayHostNamespace", path, { value: namespace, others: "`.` or `*`" });
  return [...checkNamespaceName(namespace, path, bad), ...checkName(name, path)];
};

/** Hosts are whole names or wildcards, with a namespace before them where wanted. */
export const gatewayHosts: Rule<"Gateway"> = {
  id: "gateway/hosts",
  kinds: ["Gateway"],
  check: ({ spec }) =>
    each(spec.servers, "spec.servers", (server, path) => [
      ...(server.hosts.length === 0 ? [finding("gatewayNoHosts", `${path}.hosts`, {})] : []),
      ...each(server.hosts, `${path}.hosts`, checkHost),
    ]),
};
