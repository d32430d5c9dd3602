import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeLab } from "../lab-record.ts";
import type { RunningPod } from "../pod-runner.ts";
import { type DemoContext, type DemoOptions, made } from "./demo-context.ts";
import { DEMO_STEPS } from "./demo-steps.ts";
import { table } from "./demo-table.ts";

/** File in a lab's folder that says how to run a command in its pods. */
export const EXEC_FILE = "exec.json";

/** A demo that has run. */
export interface DemoResult {
  /** 0 when every step did what it says. */
  readonly status: number;
  /** Ends what was left running (`keep`); does nothing otherwise. */
  readonly close: () => Promise<void>;
}

/** Runs the steps in order; the first that fails ends it, by name. Everything is removed at the end unless `keep` is asked for. */
export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<DemoResult> {
  const context: DemoContext = { options, id: randomBytes(3).toString("hex"), timings: [] };
  const started = Date.now();
  const close = () => closeDemo(context);
  const status = await Promise.race([runSteps(context, started), interrupted(signal)]);
  if (status === 0 && options.keep) {
    await writeExecFile(context);
    return { status, close };
  }
  await close();
  if (status === 0) options.write("everything it made is removed");
  return { status, close: () => Promise.resolve() };
}

async function runSteps(context: DemoContext, started: number): Promise<number> {
  for (const [index, step] of DEMO_STEPS.entries()) {
    const place = `${index + 1}/${DEMO_STEPS.length}`;
    const begun = Date.now();
    context.options.write(`${place} ${step.name}: ${step.title}`);
    try {
      await step.run(context);
    } catch (error) {
      context.options.write(`FAILED at step ${place} ${step.name}: ${error instanceof Error ? error.message : String(error)}`);
      return 1;
    }
    context.options.write(`   done in ${seconds(begun)}`);
  }
  const timings = context.timings.map(({ change, ms }) => [change, `${ms} ms`]);
  context.options.write(`from a change on disk to the first request that shows it:\n${table([["change", "in force after"], ...timings])}`);
  context.options.write(`all ${DEMO_STEPS.length} steps did what they say, in ${seconds(started)}`);
  return 0;
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

function interrupted(signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(130);
    signal.addEventListener("abort", () => resolve(130), { once: true });
  });
}

/** By its id, so that a lab that was interrupted while it was being made goes too. */
async function closeDemo(context: DemoContext): Promise<void> {
  context.watcher?.stop();
  if (context.lab) await context.lab.close();
  await removeLab(context.id);
}

async function writeExecFile(context: DemoContext): Promise<void> {
  const target = (pod: RunningPod, container: string) => pod.containers.find(({ name }) => name === container)?.current?.target;
  const client = made(context.client);
  const pods = {
    client: target(client, "app"),
    "client/istio-proxy": target(client, "istio-proxy"),
    gateway: target(made(context.gateway), "istio-proxy"),
  };
  await writeFile(join(made(context.lab).folder, EXEC_FILE), JSON.stringify(pods), { mode: 0o600 });
}
