import { stringify } from "yaml";

/** A value as one YAML document, in the style kubectl prints. */
export function printYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
