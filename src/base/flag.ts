/** What a switch that is written as text may be, to Go's programs, Istio and Kubernetes among them (`strconv.ParseBool`). */
export const YES: readonly string[] = ["1", "t", "T", "TRUE", "true", "True"];
export const NO: readonly string[] = ["0", "f", "F", "FALSE", "false", "False"];

/** What it says; undefined where it says neither yes nor no. */
export function readFlag(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (YES.includes(text)) return true;
  return NO.includes(text) ? false : undefined;
}
