import { finding } from "../../telemetry/catalogue.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

const BY_ADDRESS = ["TCP", "MONGO", "MYSQL", "REDIS"];

/** TCP is told apart by addresses alone: warn where there are none, or where several hosts share them. */
export const serviceEntryToldApart: Rule<"ServiceEntry"> = {
  id: "service-entry/told-apart",
  kinds: ["ServiceEntry"],
  check: ({ spec: { addresses = [], hosts, ports, resolution = "NONE" } }) => {
    if (addresses.length > 0) {
      const shared = hosts.length > 1 && resolution !== "NONE";
      return shared ? [finding("severalHostsOneAddress", "spec.addresses", { count: hosts.length })] : [];
    }
    return each(ports, "spec.ports", ({ protocol = "TCP", number }, path) =>
      BY_ADDRESS.includes(protocol.toUpperCase() || "TCP") ? [finding("tcpWithoutAddress", path, { port: number })] : [],
    );
  },
};
