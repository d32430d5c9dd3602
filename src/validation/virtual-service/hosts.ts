import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import { isIp } from "../../base/address.ts";
import { hostOfMeshSni } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { checkWildcardHost } from "../check/host.ts";
import { checkHostsApart } from "../check/hosts-apart.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Server names between meshes are hosts of gateways that choose by them. */
function choosesBySni({ tls = [] }: VirtualServiceSpec): boolean {
  return tls.some(({ match }) => match.some(({ sniHosts }) => sniHosts.length > 0));
}

/** Hosts are names, wildcards or addresses, none under another; a lone `*` is for gateways only. */
export const virtualServiceHosts: Rule<"VirtualService"> = {
  id: "virtual-service/hosts",
  kinds: ["VirtualService"],
  check: ({ spec }) => {
    const { hosts = [], gateways = [] } = spec;
    const onMesh = gateways.length === 0 || gateways.includes("mesh");
    const meshSni = !onMesh && choosesBySni(spec);
    const bad = each(hosts, "spec.hosts", (value, path) => {
      if (onMesh && value === "*") return [finding("gatewayWithoutHost", path, {})];
      return isIp(value) ? [] : checkWildcardHost((meshSni ? hostOfMeshSni(value) : undefined) ?? value, path);
    });
    return bad.length > 0 ? bad : checkHostsApart(hosts, "spec.hosts");
  },
};
