import { fieldPath } from "../api/field-path.ts";
import { finding } from "../telemetry/catalogue.ts";
import { untilMany } from "../validation/bounded.ts";
import type { AnalysisRule } from "./analysis-rule.ts";

/** The VirtualService that a rule delegates to is there. */
export const delegate: AnalysisRule<"VirtualService"> = {
  id: "delegate",
  kinds: ["VirtualService"],
  check: ({ spec, metadata }, world) =>
    untilMany((spec.http ?? []).entries(), "spec.http", ([index, rule]) => {
      if (!rule.delegate?.name) return [];
      const { name, namespace = metadata.namespace } = rule.delegate;
      const itself = namespace === metadata.namespace && name === metadata.name;
      if (itself || world.find("VirtualService", namespace, name)) return [];
      return [finding("delegateMissing", `${fieldPath("spec.http", index)}.delegate`, { value: `${namespace}/${name}` })];
    }),
};
