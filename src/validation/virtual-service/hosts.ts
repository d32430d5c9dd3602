import { isIp } from "../../base/address.ts";
import { hostOfMeshSni, isWildcard } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { checkWildcardHost, partialWildcard } from "../check/host.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

const checkHost: Check<string> = (value, path) => {
  if (isIp(value) || (isWildcard(value) && partialWildcard(value) !== undefined)) return [];
  return checkWildcardHost(hostOfMeshSni(value) ?? value, path);
};

/** Hosts are names, wildcards or addresses; a lone `*` is for gateways only. */
export const virtualServiceHosts: Rule<"VirtualService"> = {
  id: "virtual-service/hosts",
  kinds: ["VirtualService"],
  check: ({ spec: { hosts, gateways = ["mesh"] } }) => {
    const onMesh = gateways.length === 0 || gateways.includes("mesh");
    return each(hosts, "spec.hosts", (value, path) =>
      onMesh && value === "*" ? [finding("gatewayWithoutHost", path, {})] : checkHost(value, path),
    );
  },
};
