import { REDIRECTION_CONTAINER } from "../../base/proxy-containers.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { fieldAt, listAt, objectAt } from "../json-object.ts";
import { PROXY_UID } from "../proxy-user.ts";
import { type FinalRule, isOurs, type PlacedAt } from "./final-pod.ts";

/** Nothing but the sidecar runs under the user or group that the redirection lets pass. */
export const ownUser: FinalRule = ({ all, proxy, pod, redirected }) => {
  if (proxy === undefined || !redirected) return [];
  const general = objectAt(pod.spec, "securityContext");
  const ids = [
    { field: "runAsUser", what: "user", passes: userOfRules(all) },
    { field: "runAsGroup", what: "group", passes: PROXY_UID },
  ];
  return all
    .filter(({ container }) => !isOurs(container))
    .flatMap(({ container, path, init }) =>
      ids.flatMap(({ field, what, passes }) => {
        const own = fieldAt(objectAt(container, "securityContext"), field);
        if ((own ?? fieldAt(general, field)) !== passes) return [];
        const at = own === undefined || own === null ? `spec.securityContext.${field}` : `${path}.securityContext.${field}`;
        const message = init && container.restartPolicy !== "Always" ? "initRunsAsProxy" : "runsAsProxy";
        return [finding(message, at, { name: container.name, what, id: passes })];
      }),
    );
};

/** Whose traffic the redirection lets pass, as its own arguments say. */
function userOfRules(all: readonly PlacedAt[]): number {
  const args = listAt(all.find(({ container, init }) => init && container.name === REDIRECTION_CONTAINER)?.container, "args");
  const user = Number(args[args.indexOf("-u") + 1]);
  return Number.isInteger(user) && args.includes("-u") ? user : PROXY_UID;
}
