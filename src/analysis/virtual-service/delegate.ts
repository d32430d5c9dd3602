import { fieldPath } from "../../api/field-path.ts";
import type { StoredObject } from "../../api/object.ts";
import { isSeenFrom, resolveExportTo } from "../../model/export-to.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { oncePerKey } from "../once-per-key.ts";
import type { World } from "../world.ts";

type Root = StoredObject<"VirtualService">;

/** What keeps a VirtualService from being delegated to, in words that follow its name; absent where nothing does. */
function fault(part: Root): string | undefined {
  if ((part.spec.hosts ?? []).length > 0) return "has hosts of its own; remove its hosts";
  if ((part.spec.gateways ?? []).length > 0) return "has gateways of its own; remove its gateways";
  if ((part.spec.http ?? []).some(({ delegate: next }) => next !== undefined)) {
    return "delegates in its turn, which goes one step only; write its routes out";
  }
  return undefined;
}

function checkTarget(root: Root, value: string, world: World): readonly Finding[] {
  const { metadata } = root;
  const [namespace = "", name = ""] = value.split("/");
  const part = world.find("VirtualService", namespace, name);
  if (part === undefined || !isSeenFrom(resolveExportTo(part.spec.exportTo, namespace), metadata.namespace)) {
    return [finding("delegateMissing", "", { value })];
  }
  const reason = part === root ? undefined : fault(part);
  return reason === undefined ? [] : [finding("delegateUnfit", "", { value, reason })];
}

/** The VirtualService that a rule delegates to is there, is seen, and has routes alone. */
export const delegate: AnalysisRule<"VirtualService"> = {
  id: "virtual-service/delegate",
  kinds: ["VirtualService"],
  level: "warning",
  needs: [],
  check: (root, world) => {
    const ask = oncePerKey((value) => checkTarget(root, value, world));
    return untilMany((root.spec.http ?? []).entries(), "spec.http", ([index, rule]) => {
      if (!rule.delegate?.name) return [];
      const { name, namespace = root.metadata.namespace } = rule.delegate;
      return ask(`${namespace}/${name}`).map((found) => ({ ...found, path: `${fieldPath("spec.http", index)}.delegate` }));
    });
  },
};
