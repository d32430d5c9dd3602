import { fieldPath } from "../../api/field-path.ts";
import { KINDS } from "../../api/kinds.ts";
import type { PodTemplateKind } from "../../api/object.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { TEMPLATE_KINDS } from "../workload-shelf.ts";

/** User that the sidecar runs as: the redirection lets its connections pass. */
const PROXY_UID = 1337;

/** Containers of ours, which run so on purpose. */
const isOurs = (name: string | undefined): boolean => name?.startsWith("istio-") ?? false;

/** Applications run as another user than the sidecar: their calls would pass it by. */
export const applicationUid: AnalysisRule<"Pod" | PodTemplateKind> = {
  id: "workload/application-uid",
  kinds: ["Pod", ...TEMPLATE_KINDS],
  level: "warning",
  needs: [],
  check: ({ kind, spec }) => {
    const path = KINDS[kind].bodyPath;
    const containers = spec.containers ?? [];
    const inherits = containers.some(({ name, securityContext }) => !isOurs(name) && securityContext?.runAsUser === undefined);
    const ofPod = spec.securityContext?.runAsUser === PROXY_UID && (inherits || containers.length === 0);
    return [
      ...(ofPod ? [finding("applicationUid", `${path}.securityContext.runAsUser`, {})] : []),
      ...containers.flatMap(({ name, securityContext }, index) =>
        securityContext?.runAsUser === PROXY_UID && !isOurs(name)
          ? [finding("applicationUid", `${fieldPath(`${path}.containers`, index)}.securityContext.runAsUser`, {})]
          : [],
      ),
    ];
  },
};
