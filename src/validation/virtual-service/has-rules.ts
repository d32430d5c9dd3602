import { finding } from "../../telemetry/catalogue.ts";
import type { Rule } from "../rule.ts";

/** There are rules; without hosts they are rules that others delegate to, which are HTTP's and of no gateway. */
export const virtualServiceHasRules: Rule<"VirtualService"> = {
  id: "virtual-service/has-rules",
  kinds: ["VirtualService"],
  check: ({ spec: { hosts = [], gateways = [], http = [], tls = [], tcp = [] } }) => {
    if (http.length + tls.length + tcp.length === 0) return [finding("noRoutes", "spec", {})];
    const more = tls.length + tcp.length + gateways.length > 0;
    return hosts.length === 0 && more ? [finding("delegateNoHosts", "spec.hosts", {})] : [];
  },
};
