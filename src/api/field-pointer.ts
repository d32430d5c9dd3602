const STEP = /^(?:\.?([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]|\[("(?:[^"\\]|\\.)*")\])/;

/** The JSON Pointer (RFC 6901) of a field's path; absent where the path was cut and so names no field. */
export function fieldPointer(path: string): string | undefined {
  let [pointer, rest] = ["", path];
  while (rest !== "") {
    const [step = "", name, index, quoted] = STEP.exec(rest) ?? [];
    const key = name ?? index ?? (quoted === undefined ? undefined : String(JSON.parse(quoted)));
    if (key === undefined || key.endsWith("…")) return undefined;
    pointer += `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    rest = rest.slice(step.length);
  }
  return pointer;
}
