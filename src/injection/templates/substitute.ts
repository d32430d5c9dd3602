import { err, ok, type Result } from "../../base/result.ts";
import { isObject } from "../json-object.ts";

/** What `${…}` may stand for. */
export interface TemplateInputs {
  readonly fixed: Readonly<Record<string, string>>;
  /** `labels.KEY` and `annotations.KEY` of the pod. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A text's `${…}`, or `$${` for the characters themselves; after `:-` stands what holds where the pod has no such label. */
const INPUT = /\$\$\{|\$\{([^}]*)\}/g;

/** Fills in every text of a template, keys aside; an input that is none is answered by the ones that there are. */
export function substitute(value: unknown, inputs: TemplateInputs): Result<unknown, string> {
  const unknown: string[] = [];
  const filled = fill(value, (name) => {
    const found = read(name, inputs);
    if (found === undefined) unknown.push(name);
    return found ?? "";
  });
  const known = [...Object.keys(inputs.fixed), "labels.KEY", "annotations.KEY"].join(", ");
  return unknown.length === 0 ? ok(filled) : err(`\${${unknown[0]}} is none of the inputs that there are: ${known}`);
}

function fill(value: unknown, input: (name: string) => string): unknown {
  if (typeof value === "string")
    return value.replaceAll(INPUT, (whole, name?: string) => (name === undefined ? whole.slice(1) : input(name)));
  if (Array.isArray(value)) return value.map((item) => fill(item, input));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, input)]));
}

function read(text: string, { fixed, labels, annotations }: TemplateInputs): string | undefined {
  const [, name = "", otherwise] = /^(.*?)(?::-(.*))?$/s.exec(text) ?? [];
  if (Object.hasOwn(fixed, name)) return fixed[name] || otherwise || "";
  const [, map, key = ""] = /^(labels|annotations)\.(.+)$/.exec(name) ?? [];
  if (map === undefined) return undefined;
  const found = map === "labels" ? labels : annotations;
  return Object.hasOwn(found, key) ? found[key] : (otherwise ?? "");
}
