import { PROXY_PORTS } from "../../base/proxy-ports.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { fieldAt, listAt } from "../json-object.ts";
import { type FinalRule, isOurs } from "./final-pod.ts";

/** Ports on which agent and Envoy listen in every pod with a sidecar (Istio's documentation, «Ports used by Istio»). */
const TAKEN: ReadonlyMap<unknown, string> = new Map([
  [PROXY_PORTS.admin, "Envoy's administration"],
  [PROXY_PORTS.outbound, "outbound traffic"],
  [PROXY_PORTS.capture, "the agent: proof that calls are captured"],
  [PROXY_PORTS.inbound, "inbound traffic"],
  [PROXY_PORTS.agent, "the agent: probes and metrics"],
  [PROXY_PORTS.status, "health checks"],
  [PROXY_PORTS.prometheus, "Envoy's metrics"],
]);

/** No container of the app declares a port that the sidecar listens on. */
export const portsFree: FinalRule = ({ all, proxy }) => {
  if (proxy === undefined) return [];
  return all
    .filter(({ container }) => !isOurs(container))
    .flatMap(({ container, path }) =>
      listAt(container, "ports").flatMap((entry, index) => {
        const port = fieldAt(entry, "containerPort");
        const use = TAKEN.get(port);
        if (use === undefined || (fieldAt(entry, "protocol") ?? "TCP") !== "TCP") return [];
        return [finding("portTaken", `${path}.ports[${index}].containerPort`, { port: Number(port), use, name: container.name })];
      }),
    );
};
