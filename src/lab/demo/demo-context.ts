import type { Lab } from "../lab.ts";
import type { RunningPod } from "../pod-runner.ts";
import type { PodManifest } from "../pod-spec.ts";
import type { RequestWatcher } from "../request-watcher.ts";

/** Steps by name, in order; also what `--break` takes. */
export const STEPS = ["network", "control-plane", "injection", "pod", "policy", "gateway", "refusal"] as const;

export type StepName = (typeof STEPS)[number];

export interface DemoOptions {
  /** Leave it running at the end. */
  readonly keep: boolean;
  /** Step to break on purpose: for tests of the demo itself. */
  readonly break?: StepName;
  /** `dist/images/index.json`. */
  readonly images: string;
  /** Command of `fairlead`. */
  readonly fairlead: readonly string[];
  /** Command that runs `runLabProcess`. */
  readonly labProcess: readonly string[];
  /** Told the text to show, line by line. */
  readonly write: (line: string) => void;
}

/** What the steps hand on to each other. */
export interface DemoContext {
  readonly options: DemoOptions;
  readonly id: string;
  lab?: Lab;
  injected?: PodManifest;
  client?: RunningPod;
  gateway?: RunningPod;
  watcher?: RequestWatcher;
  readonly timings: { readonly change: string; readonly ms: number }[];
}

export function breaks(context: DemoContext, step: StepName): boolean {
  return context.options.break === step;
}

/** A part that an earlier step made; its absence is a bug of the demo. */
export function made<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("an earlier step did not make this part");
  return part;
}
