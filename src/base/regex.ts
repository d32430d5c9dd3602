import { RE2JS } from "re2js";

/** Why `text` is no regular expression in RE2's syntax, which is Envoy's; absent where it is one. */
export function regexFault(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
