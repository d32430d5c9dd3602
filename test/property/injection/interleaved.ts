import { isDeepStrictEqual } from "node:util";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { namespaceLimits } from "../../../src/injection/limits/namespace-limits.ts";
import { injected } from "../../unit/injection/injection-case.ts";
import { type AnyPod, CUSTOM, foreign, type Meddler } from "./other-webhooks.ts";

const VALUES = injectionValues({ sidecarInjectorWebhook: { templates: { custom: CUSTOM } } });
const LIMITS = namespaceLimits({
  limitRanges: [{ name: "small", spec: { limits: [{ type: "Container", max: { cpu: "1700m", memory: "512Mi" }, min: { cpu: "60m" } }] } }],
  quotas: [{ name: "counted", spec: { hard: { "limits.memory": "10Gi" } } }],
});

export interface Setting {
  readonly kubeVersion: string;
  readonly limited: boolean;
}

/** JSON, as it goes over the wire. */
export const overTheWire = (value: AnyPod): AnyPod => JSON.parse(JSON.stringify(value));

export function injectAgain(pod: AnyPod, { kubeVersion, limited }: Setting): { readonly pod: AnyPod; readonly patch: readonly AnyPod[] } {
  const { pod: after, patch } = injected(overTheWire(pod), { kubeVersion, values: VALUES, ...(limited ? { limits: LIMITS } : {}) });
  return { pod: after, patch };
}

/** The same containers in the same order, each with all that it had; a template may add to their lists. */
function keeps(before: readonly AnyPod[], after: readonly AnyPod[]): boolean {
  const holds = (had: unknown, has: unknown): boolean =>
    isDeepStrictEqual(had, has) || (Array.isArray(had) && Array.isArray(has) && isDeepStrictEqual(had, has.slice(0, had.length)));
  return (
    before.length === after.length &&
    before.every((container, index) => Object.entries(container).every(([field, value]) => holds(value, after[index][field])))
  );
}

/** Paths of operations that take another's container away and put it back. */
function named(patch: readonly AnyPod[], others: AnyPod): readonly string[] {
  return patch.flatMap(({ op, path, value }) => {
    const [, list] = /^\/spec\/(containers|initContainers)\/\d+$/.exec(path) ?? [];
    const theirs = list !== undefined && op === "add" && others[list].some(({ name }: AnyPod) => name === value.name);
    return theirs ? [path] : [];
  });
}

/** What went wrong on the way through all webhooks, and the pod that came out. */
export interface Passed {
  readonly pod: AnyPod;
  readonly problems: readonly string[];
}

/**
 * Our injection before, between and after the others, as a webhook with reinvocationPolicy IfNeeded is called. Each call must keep every
 * container of the others as it found it, and the last one must have nothing left to do.
 */
export function passThrough(pod: AnyPod, others: readonly Meddler[], setting: Setting): Passed {
  const problems: string[] = [];
  let current = overTheWire(pod);
  const ours = (after: string): void => {
    const { pod: next, patch } = injectAgain(current, setting);
    problems.push(...named(patch, foreign(current)).map((path) => `after ${after} an operation names a container of others: ${path}`));
    const [wanted, got] = [foreign(current), foreign(next)];
    const kept = (["containers", "initContainers"] as const).every((list) => keeps(wanted[list], got[list]));
    if (!kept) problems.push(`after ${after} others' containers are ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
    current = next;
  };
  ours("nothing");
  for (const { name, meddle } of others) {
    current = overTheWire(meddle(current));
    ours(name);
  }
  const left = injectAgain(current, setting).patch;
  if (left.length > 0) problems.push(`the last call leaves to do: ${JSON.stringify(left)}`);
  return { pod: current, problems };
}
