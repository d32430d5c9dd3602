import type { Log } from "../source/log.ts";
import type { ObjectAddress } from "./object-address.ts";
import type { Applied } from "./write-status.ts";

/** Tells operators of writes that would fail again, each thing once. */
export type RefusalTeller = (address: ObjectAddress, applied: Exclude<Applied, { result: "written" }>) => void;

/** Who was told of so many objects of which another manager holds a part knows that one does. */
const MOST_TOLD = 1_000;

/** `part`: what of a status is written, as in "another manager holds the conditions of this object". */
export function createRefusalTeller(log: Log, part: string): RefusalTeller {
  const told = new Set<string>();
  return ({ kind, namespace, name }, applied) => {
    if (applied.result === "gone") return;
    const { result, reason } = applied;
    const subject = result === "conflict" ? `${kind}/${namespace}/${name}` : kind;
    if (told.has(subject) || told.size >= MOST_TOLD) return;
    told.add(subject);
    if (result === "conflict")
      log.warn({ object: subject, reason }, `another manager holds the ${part} of this object, they are left to it`);
    else log.warn({ kind, reason }, `the API server takes no ${part} of ours for this kind; apply the CRDs of the chart`);
  };
}
