import type { Level } from "../finding.ts";

/** One entry of the catalogue. `text` says what is wrong and what to write instead; `{name}` is filled in. */
export interface Message {
  readonly code: string;
  readonly level: Level;
  readonly title: string;
  readonly text: string;
}
