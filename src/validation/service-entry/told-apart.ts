import { hostsToAddress } from "../../api/hosts-to-address.ts";
import type { ServiceEntrySpec } from "../../api/networking/service-entry.ts";
import { isHttp, isTls, protocolNamed } from "../../base/protocol.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Told apart by the address alone. */
const isByAddress = (name: string): boolean => name === "" || protocolNamed(name) === "TCP";
/** Told apart by the request's own host, whatever address it came to. */
const isByRequest = (name: string): boolean => isHttp(protocolNamed(name));
const isByName = (name: string): boolean => isByRequest(name) || isTls(protocolNamed(name));

const PLAIN = { what: "plain TCP", hint: "add addresses" };
const UNDECLARED = { what: "a port that declares no protocol", hint: "write protocol: HTTP or TLS, or add addresses" };

/** Pods whose queries are captured call the addresses that are given to the hosts. */
const NOT_CAPTURED = "from pods whose DNS queries are not captured ";

/** Several hosts on one port have to be told apart by what the caller says: an HTTP host or a TLS server name. */
function checkHosts({ hosts, ports, resolution = "NONE" }: ServiceEntrySpec): readonly Finding[] {
  if (hosts.length < 2 || resolution === "NONE") return [];
  return each(ports, "spec.ports", ({ protocol = "" }, path) =>
    isByName(protocol)
      ? []
      : [finding("severalHostsNoName", `${path}.protocol`, { count: hosts.length, protocol: protocol || "without protocol" })],
  );
}

/** TCP is told apart by addresses alone: refuse several hosts, warn where there are no addresses, or where names share them. */
export const serviceEntryToldApart: Rule<"ServiceEntry"> = {
  id: "service-entry/told-apart",
  kinds: ["ServiceEntry"],
  check: (object) => {
    const { spec } = object;
    const { addresses = [], hosts, ports, resolution = "NONE" } = spec;
    const mixed = checkHosts(spec);
    if (mixed.length > 0) return mixed;
    if (addresses.length > 0) {
      const byAddress = ports?.some(({ protocol = "" }) => !isByRequest(protocol)) ?? false;
      const shared = hosts.length > 1 && resolution !== "NONE" && byAddress;
      return shared ? [finding("severalHostsOneAddress", "spec.addresses", { count: hosts.length })] : [];
    }
    const where = hostsToAddress(object).length > 0 ? NOT_CAPTURED : "";
    return each(ports, "spec.ports", ({ protocol = "", number }, path) =>
      isByAddress(protocol) ? [finding("tcpWithoutAddress", path, { port: number, where, ...(protocol === "" ? UNDECLARED : PLAIN) })] : [],
    );
  },
};
