import type { InjectorValues } from "../injection-values.ts";
import type { Pod } from "../pod.ts";

export const TEMPLATE_ANNOTATION = "inject.istio.io/templates";

/** Which templates fill in the pod, in order: its annotation's, else the values', else the sidecar's. An alias stands for its list. */
export function templateNames({ annotations }: Pod, { defaultTemplates, aliases }: InjectorValues): readonly string[] {
  const asked = annotations[TEMPLATE_ANNOTATION]?.split(",").map((name) => name.trim());
  const names = asked ?? (defaultTemplates.length > 0 ? defaultTemplates : ["sidecar"]);
  return [...new Set(names.flatMap((name) => (Object.hasOwn(aliases, name) ? (aliases[name] ?? []) : [name])))];
}
