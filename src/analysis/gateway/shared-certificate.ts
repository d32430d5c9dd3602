import { fieldPath } from "../../api/field-path.ts";
import { keyOf } from "../../api/object.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { certificatesOf, gatewaysShowing, shownKey } from "../indexes/gateways.ts";
import { nameOf, shareProxies } from "./share-proxies.ts";

/**
 * Callers that speak HTTP/2 use one connection to a port for every host of its certificate: where two gateways of the same pods show the
 * same there, they send requests for the one over the other, which does not know the host.
 */
export const sharedCertificate: AnalysisRule<"Gateway"> = {
  id: "gateway/shared-certificate",
  kinds: ["Gateway"],
  level: "warning",
  needs: [],
  check: (object, world) =>
    untilMany((object.spec.servers ?? []).entries(), "spec.servers", ([index, { port, tls }]) => {
      const shown = tls === undefined ? [] : certificatesOf(tls);
      const others = shown.flatMap((certificate) => world.ask(gatewaysShowing, shownKey(port.number, certificate)));
      const rivals = others.filter((other) => keyOf(other) !== keyOf(object) && shareProxies(object, other));
      if (rivals.length === 0) return [];
      const names = [...new Set(rivals.map(nameOf))].sort().slice(0, 20).join(", ");
      return [finding("certificateShared", `${fieldPath("spec.servers", index)}.tls`, { names, certificate: shown.join(", ") })];
    }),
};
