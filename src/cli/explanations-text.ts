import { paint, type Terminal, type Tone } from "./render.ts";

/** What `inject --explain` says of one object. */
export interface ObjectExplanation {
  /** `deployment.yaml:1`. */
  readonly source: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly decision: "inject" | "skip" | "refuse" | "untouched";
  readonly reason: string;
  readonly changes: readonly (readonly [fact: string, value: string])[];
  readonly warnings: readonly string[];
}

const WORDS: Readonly<Record<ObjectExplanation["decision"], readonly [word: string, tone: Tone]>> = {
  inject: ["injected", "green"],
  skip: ["not injected", "yellow"],
  refuse: ["refused", "red"],
  untouched: ["left as it is", "dim"],
};

/** A line for each object, and what is done to it below. */
export function explanationsAsText(terminal: Terminal, explanations: readonly ObjectExplanation[]): string {
  return explanations.map((each) => block(terminal, each)).join("");
}

function block(terminal: Terminal, { source, kind, namespace, name, decision, reason, changes, warnings }: ObjectExplanation): string {
  const [word, tone] = WORDS[decision];
  const rows = [["why", reason], ...changes, ...warnings.map((warning) => ["warning", warning])];
  const width = Math.max(...rows.map(([fact = ""]) => fact.length));
  const lines = rows.map(([fact = "", value = ""]) => `  ${fact.padEnd(width)}  ${value}\n`);
  return `${source}: ${kind} ${namespace}/${name}: ${paint(terminal, tone, word)}\n${lines.join("")}`;
}
