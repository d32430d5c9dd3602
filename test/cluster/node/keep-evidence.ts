import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../../src/lab/run-command.ts";
import type { ClusterPlan } from "./cluster-plan.ts";
import { clientEnvironment } from "./start-cluster.ts";
import { inNode } from "./start-node.ts";

const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  "pods.txt": ["get", "pods", "-A", "-o", "wide"],
  "pods.yaml": ["get", "pods", "-A", "-o", "yaml"],
  "events.txt": ["get", "events", "-A", "--sort-by=.lastTimestamp"],
  "webhooks.yaml": ["get", "mutatingwebhookconfigurations,validatingwebhookconfigurations", "-o", "yaml"],
};

/** Writes down what a cluster that failed can still say, before it is taken down. */
export async function keepEvidence(plan: ClusterPlan, nodePid: number | undefined): Promise<void> {
  rmSync(plan.last, { recursive: true, force: true });
  mkdirSync(plan.last, { recursive: true });
  cpSync(plan.logs, join(plan.last, "daemons"), { recursive: true });
  if (nodePid === undefined) return;
  const kubectl = (args: readonly string[]) =>
    runCommand(inNode(nodePid, ["kubectl", ...args, "--request-timeout=5s"]), { env: clientEnvironment(plan) });
  for (const [file, args] of Object.entries(QUESTIONS)) {
    const { stdout, stderr } = await kubectl(args);
    writeFileSync(join(plan.last, file), stdout + stderr);
  }
  const { stdout: pods } = await kubectl(["get", "pods", "-A", "--no-headers"]);
  for (const [namespace = "", pod = ""] of pods.split("\n").map((line) => line.split(/\s+/))) {
    if (pod === "") continue;
    const { stdout, stderr } = await kubectl(["logs", "-n", namespace, pod, "--all-containers", "--prefix", "--tail=400"]);
    writeFileSync(join(plan.last, `${namespace}-${pod}.log`), stdout + stderr);
  }
}
