import { finding } from "../../telemetry/catalogue.ts";
import { fieldAt, listAt } from "../json-object.ts";
import { type FinalRule, isOurs } from "./final-pod.ts";

/** Ports on which agent and Envoy listen in every pod with a sidecar (Istio's documentation, «Ports used by Istio»). */
const TAKEN: ReadonlyMap<unknown, string> = new Map([
  [15000, "Envoy's administration"],
  [15001, "outbound traffic"],
  [15006, "inbound traffic"],
  [15020, "the agent: probes and metrics"],
  [15021, "health checks"],
  [15090, "Envoy's metrics"],
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
