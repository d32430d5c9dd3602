import { stringify } from "yaml";

/** A value as one YAML document, in the style kubectl prints; text that YAML 1.1 takes for something else is quoted, as kubectl reads it so. */
export function printYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, compat: "yaml-1.1", aliasDuplicateObjects: false });
}
