import type { SchemaJson } from "../../../../src/api/dialect/node.ts";
import { type Leaf, withoutValue, withValue } from "./leaves.ts";
import type { Scene } from "./scene.ts";

/** What comes of a body: whether a warning says that the field of it is not built, and what is done with the body, of all outcomes one key. */
export interface Outcome {
  readonly warned: boolean;
  readonly done: string;
}

/** Carries a body out; undefined where the body would be refused. */
export type CarryOut = (body: unknown, path: string) => Outcome | undefined;

interface Tried extends Outcome {
  readonly value: unknown;
}

/** The scenes for a field: those of the longest path that leads to it. */
export function scenesFor(scenes: readonly Scene[], path: string): readonly Scene[] {
  const leads = ({ under }: Scene) => under === "" || path === under || (path.startsWith(under) && /^[.[{]/.test(path.slice(under.length)));
  const leading = scenes.filter(leads);
  const longest = Math.max(...leading.map(({ under }) => under.length));
  return leading.filter(({ under }) => under.length === longest);
}

function suggested(node: SchemaJson): readonly unknown[] {
  if (node.enum) return node.enum;
  if (node.type === "boolean") return [true, false];
  if (node.type === "integer") return [131, 132];
  if (node.type === "number") return [7, 8];
  if (node.type === "object") return [{ some: 1 }, { other: 2 }];
  return node["x-fairlead-duration"] ? ["7s", "8s"] : ["some", "other"];
}

function valuesFor({ path, node }: Leaf, { values = {} }: Scene): readonly unknown[] {
  const [longest] = Object.keys(values)
    .filter((end) => path.endsWith(end))
    .toSorted((a, b) => b.length - a.length);
  return (longest === undefined ? undefined : values[longest]) ?? suggested(node);
}

/** What one scene shows of a field. */
interface Evidence {
  /** Values that are taken, with or without a warning. */
  readonly taken: number;
  /** Whether values that a warning names were held against others. */
  readonly compared: boolean;
  /** Values that a warning names and that have an effect of their own all the same. */
  readonly wronglyWarned: readonly unknown[];
  /** Whether there are values without a warning, and whether they change anything. */
  readonly unwarned: boolean;
  readonly effect: boolean;
  /** Words without a warning that mean the same as none. */
  readonly idle: readonly unknown[];
}

const distinct = (outcomes: readonly Outcome[]): number => new Set(outcomes.map(({ done }) => done)).size;

function evidence(leaf: Leaf, scene: Scene, carryOut: CarryOut): Evidence {
  const { path, node } = leaf;
  const tried = valuesFor(leaf, scene).flatMap((value): readonly Tried[] => {
    const outcome = carryOut(withValue(scene.spec, path, value), path);
    return outcome === undefined ? [] : [{ value, ...outcome }];
  });
  const [warned, built] = [tried.filter((one) => one.warned), tried.filter((one) => !one.warned)];
  const absent = carryOut(withoutValue(scene.spec, path), path);
  const neighbours = [carryOut(scene.spec, path) ?? [], absent ?? []].flat();
  const others = [...built, ...neighbours, ...[(scene.asUnbuilt && carryOut(scene.asUnbuilt, path)) ?? []].flat()];
  const strange =
    built.length === 0 ? (distinct(warned) > 1 ? warned : []) : warned.filter(({ done }) => !others.some((other) => other.done === done));
  return {
    taken: tried.length,
    compared: warned.length > (built.length === 0 ? 1 : 0),
    wronglyWarned: strange.map(({ value }) => value),
    unwarned: built.length > 0,
    effect: distinct([...tried, ...neighbours]) > 1,
    idle: node.enum && absent ? built.filter(({ done }) => done === absent.done).map(({ value }) => value) : [],
  };
}

/** What is wrong with a field, if anything is; and whether values that are said to be without effect were held against others. */
export interface Verdict {
  readonly wrong?: string;
  readonly compared: boolean;
}

function wrongIn(found: readonly Evidence[], mayBeRefused: boolean): string | undefined {
  const warned = found.flatMap(({ wronglyWarned }) => wronglyWarned);
  if (warned.length > 0) return `has an effect with ${warned.map(String).join(", ")}, though a warning says that it is not built`;
  if (!mayBeRefused && found.every(({ taken }) => taken === 0)) return "is refused with every value that was tried";
  if (found.some(({ unwarned }) => unwarned) && !found.some(({ effect }) => effect)) return "has no effect, and no warning says so";
  const idle = new Set(found.flatMap((one) => one.idle));
  return idle.size > 1 ? `means the same with ${[...idle].join(", ")}` : undefined;
}

export interface FieldTest {
  readonly carryOut: CarryOut;
  /** Whether no value needs to be taken. */
  readonly mayBeRefused: boolean;
}

/** Judges a field: it must either have an effect, or none and a warning that says so. */
export function verdictOfField(leaf: Leaf, scenes: readonly Scene[], { carryOut, mayBeRefused }: FieldTest): Verdict {
  const found = scenesFor(scenes, leaf.path).map((scene) => evidence(leaf, scene, carryOut));
  const wrong = wrongIn(found, mayBeRefused);
  return { compared: found.some(({ compared }) => compared), ...(wrong !== undefined && { wrong }) };
}
