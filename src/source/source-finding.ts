import { finding, type MessageId, type MessageValues } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";

/** The finding of a message, at a line of the text it was read from. */
export function sourceFinding<M extends MessageId>(
  id: M,
  values: MessageValues<M>,
  { path = "", line }: { readonly path?: string; readonly line?: number } = {},
): Finding {
  return { ...finding(id, path, values), ...(line !== undefined && { line }) };
}
