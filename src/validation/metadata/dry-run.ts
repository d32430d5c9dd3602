import { fieldPath } from "../../api/field-path.ts";
import { fixedByRemoval } from "../../api/fix.ts";
import { OWN_KINDS, type OwnKind } from "../../api/kinds.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Rule } from "../rule.ts";
import { DRY_RUN } from "./mesh-annotations.ts";

/** An object that is to be tried out only would be carried out all the same. */
export const dryRun: Rule<OwnKind> = {
  id: "metadata/dry-run",
  kinds: Object.keys(OWN_KINDS) as OwnKind[],
  check: ({ kind, metadata: { annotations } }) =>
    Object.hasOwn(annotations, DRY_RUN)
      ? [fixedByRemoval(finding("dryRunHere", fieldPath("metadata.annotations", DRY_RUN), { name: DRY_RUN, kind }))]
      : [],
};
