import { fieldPath } from "../../api/field-path.ts";
import { KINDS } from "../../api/kinds.ts";
import { isKind, type PodTemplateKind } from "../../api/object.ts";
import { PROXY_CONTAINER } from "../../base/proxy-containers.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { injectionOf } from "../injection-of.ts";
import { TEMPLATE_KINDS } from "../workload-shelf.ts";

/** `image: auto` is a place that the injector fills: without it nothing can be pulled. */
export const imageAuto: AnalysisRule<"Pod" | PodTemplateKind> = {
  id: "workload/image-auto",
  kinds: ["Pod", ...TEMPLATE_KINDS],
  level: "warning",
  needs: [],
  check: (object, world) => {
    const index = (object.spec.containers ?? []).findIndex(({ name, image }) => name === PROXY_CONTAINER && image === "auto");
    if (index < 0) return [];
    const path = `${fieldPath(`${KINDS[object.kind].bodyPath}.containers`, index)}.image`;
    if (isKind("Pod", object)) return [finding("imageAuto", path, { reason: "a pod that is made has its image" })];
    const decision = injectionOf(object, world);
    return decision === undefined || decision.inject ? [] : [finding("imageAuto", path, { reason: decision.reason })];
  },
};
