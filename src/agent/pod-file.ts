import { readFileSync } from "node:fs";

/** Labels or annotations as the downward API writes them: `name="value"` lines, the value quoted as in Go. Empty when there is no file. */
export function readPodFile(path: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const line of readText(path).split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) values[line.slice(0, at)] = unquote(line.slice(at + 1));
  }
  return values;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
