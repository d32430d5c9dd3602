import { finding, type MessageId, type MessageValues } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { Place } from "./place.ts";
import type { YamlFault } from "./yaml-text.ts";

/** The finding of a message, at a place of the text it was read from. */
export function sourceFinding<M extends MessageId>(
  id: M,
  values: MessageValues<M>,
  { path = "", line, column }: { readonly path?: string } & Partial<Place> = {},
): Finding {
  return { ...finding(id, path, values), ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
}

/** The finding of a text that is no YAML. */
export function faultFinding({ fault, line, column }: YamlFault): Finding {
  return sourceFinding("brokenYaml", { fault }, { line, column });
}
