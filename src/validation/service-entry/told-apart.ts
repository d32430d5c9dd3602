import type { ServiceEntrySpec } from "../../api/networking/service-entry.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

const BY_ADDRESS = ["", "TCP", "MONGO", "MYSQL", "REDIS"];
/** Told apart by the request's own host, whatever address it came to. */
const BY_REQUEST = ["HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB"];
const BY_NAME = [...BY_REQUEST, "HTTPS", "TLS"];

/** Several hosts on one port have to be told apart by what the caller says: an HTTP host or a TLS server name. */
function checkHosts({ hosts, ports, resolution = "NONE" }: ServiceEntrySpec): readonly Finding[] {
  if (hosts.length < 2 || resolution === "NONE") return [];
  return each(ports, "spec.ports", ({ protocol = "" }, path) =>
    BY_NAME.includes(protocol.toUpperCase())
      ? []
      : [finding("severalHostsNoName", `${path}.protocol`, { count: hosts.length, protocol: protocol || "without protocol" })],
  );
}

/** TCP is told apart by addresses alone: refuse several hosts, warn where there are no addresses, or where names share them. */
export const serviceEntryToldApart: Rule<"ServiceEntry"> = {
  id: "service-entry/told-apart",
  kinds: ["ServiceEntry"],
  check: ({ spec }) => {
    const { addresses = [], hosts, ports, resolution = "NONE" } = spec;
    const mixed = checkHosts(spec);
    if (mixed.length > 0) return mixed;
    if (addresses.length > 0) {
      const byAddress = ports?.some(({ protocol = "" }) => !BY_REQUEST.includes(protocol.toUpperCase())) ?? false;
      const shared = hosts.length > 1 && resolution !== "NONE" && byAddress;
      return shared ? [finding("severalHostsOneAddress", "spec.addresses", { count: hosts.length })] : [];
    }
    return each(ports, "spec.ports", ({ protocol = "TCP", number }, path) =>
      BY_ADDRESS.includes(protocol.toUpperCase()) ? [finding("tcpWithoutAddress", path, { port: number })] : [],
    );
  },
};
