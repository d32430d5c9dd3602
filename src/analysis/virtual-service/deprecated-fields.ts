import { fieldPath } from "../../api/field-path.ts";
import type { HttpRoute } from "../../api/networking/http-route.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";

interface Old {
  readonly field: string;
  readonly instead: string;
  readonly isWritten: (rule: HttpRoute) => boolean;
}

/** Fields that are carried out still, though the API has better ones. */
const FIELDS: readonly Old[] = [
  { field: "fault.delay.percent", instead: "fault.delay.percentage.value", isWritten: ({ fault }) => Boolean(fault?.delay?.percent) },
  { field: "mirrorPercent", instead: "mirrorPercentage.value", isWritten: ({ mirrorPercent }) => mirrorPercent !== undefined },
  { field: "mirror_percent", instead: "mirrorPercentage.value", isWritten: ({ mirror_percent: percent }) => percent !== undefined },
];

/** Whoever looks over his configuration hears of fields that will go. */
export const deprecatedFields: AnalysisRule<"VirtualService"> = {
  id: "deprecated-fields",
  kinds: ["VirtualService"],
  level: "warning",
  needs: [],
  check: ({ spec: { http = [] } }) =>
    untilMany(http.entries(), "spec.http", ([index, rule]) =>
      FIELDS.filter(({ isWritten }) => isWritten(rule)).map(({ field, instead }) =>
        finding("fieldDeprecated", `${fieldPath("spec.http", index)}.${field}`, { field, instead }),
      ),
    ),
};
