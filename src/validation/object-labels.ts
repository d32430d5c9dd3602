import { fieldPath } from "../api/field-path.ts";
import { OWN_KINDS, type OwnKind } from "../api/kinds.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { checkLabels, isLabelName } from "./check/labels.ts";
import type { Rule } from "./rule.ts";

/** Bytes of all annotations of an object, names and values. */
const MOST_ANNOTATIONS = 256 * 1024;

function checkAnnotations(annotations: Readonly<Record<string, string>>, path: string): readonly Finding[] {
  const names = Object.keys(annotations).filter((name) => !isLabelName(name.toLowerCase()));
  const size = Object.entries(annotations).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  return [
    ...names.map((value) => finding("badAnnotation", fieldPath(path, value), { value })),
    ...(size > MOST_ANNOTATIONS ? [finding("tooLong", path, { size, unit: "bytes", most: MOST_ANNOTATIONS })] : []),
  ];
}

/** Labels and annotations of the object itself, as Kubernetes would refuse them. */
export const objectLabels: Rule<OwnKind> = {
  id: "object-labels",
  kinds: Object.keys(OWN_KINDS) as OwnKind[],
  check: ({ metadata: { labels, annotations } }) => [
    ...checkLabels(labels, "metadata.labels"),
    ...checkAnnotations(annotations, "metadata.annotations"),
  ],
};
