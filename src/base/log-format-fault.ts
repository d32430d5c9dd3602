import { formatFault } from "./substitution-format.ts";

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a format of log lines, text or a JSON object of texts, cannot be filled in; absent where it can, or where it is no object and so not used. */
export function logFormatFault(format: string, encoding: "TEXT" | "JSON"): string | undefined {
  const texts = encoding === "TEXT" ? [format] : textsIn(parsed(format));
  return texts.map(formatFault).find((fault) => fault !== undefined);
}
