import { finding } from "../../telemetry/catalogue.ts";
import { fieldAt, objectAt } from "../json-object.ts";
import { PROXY_UID } from "../proxy-container.ts";
import { type FinalRule, isOurs } from "./final-pod.ts";

const IDS = [
  ["runAsUser", "user"],
  ["runAsGroup", "group"],
] as const;

/** Nothing but the sidecar runs under the user or group that the redirection lets pass. */
export const ownUser: FinalRule = ({ all, proxy, pod, redirected }) => {
  if (proxy === undefined || !redirected) return [];
  const general = objectAt(pod.spec, "securityContext");
  return all
    .filter(({ container }) => !isOurs(container))
    .flatMap(({ container, path, init }) =>
      IDS.flatMap(([field, what]) => {
        const own = fieldAt(objectAt(container, "securityContext"), field);
        if ((own ?? fieldAt(general, field)) !== PROXY_UID) return [];
        const at = own === undefined || own === null ? `spec.securityContext.${field}` : `${path}.securityContext.${field}`;
        const message = init && container.restartPolicy !== "Always" ? "initRunsAsProxy" : "runsAsProxy";
        return [finding(message, at, { name: container.name, what })];
      }),
    );
};
