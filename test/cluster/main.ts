// main.ts [COMMAND…]: brings up a one-node cluster in namespaces of its own, runs COMMAND with FAIRLEAD_CLUSTER set, and takes the
// cluster down, however the command ends. Without a command, or with KEEP=1, the cluster stays until Ctrl-C. At SIGUSR2 the node is cut
// off as it is, and started again.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClusterPlan, clusterPlan } from "./node/cluster-plan.ts";
import { keepEvidence } from "./node/keep-evidence.ts";
import { removeCgroups, removeRemains } from "./node/remove-remains.ts";
import { missingRequirements } from "./node/requirements.ts";
import { prepareCluster, startAgain, startCluster } from "./node/start-cluster.ts";
import { inNode, type Node, startNode } from "./node/start-node.ts";

const began = Date.now();
const say = (text: string): void => console.log(`==> cluster: ${text} (${((Date.now() - began) / 1000).toFixed(1)} s)`);

/** Resolves at the first Ctrl-C or TERM; from then on there is only the way down. */
function untilInterrupted(): Promise<"interrupted"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve("interrupted"));
  });
}

/** A run that was killed could not tidy up; one that still runs must not be disturbed. */
async function clearLastRun(plan: ClusterPlan): Promise<void> {
  const owner = join(plan.state, "owner");
  if (existsSync(owner)) {
    const pid = readFileSync(owner, "utf8");
    const command = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
    if (command.includes("test/cluster/main.ts")) throw new Error(`a cluster of this clone is up already, by process ${pid}`);
  }
  await removeRemains(plan);
}

/** The node of this moment. */
interface Running {
  node: Node | undefined;
}

const recordOf = (plan: ClusterPlan): string => join(plan.state, "cluster.json");

/** For the tests: where the node is, whom to ask, and how often it was started. */
function record(plan: ClusterPlan, node: Node, starts: number): void {
  writeFileSync(recordOf(plan), JSON.stringify({ pid: node.pid, owner: process.pid, starts }));
}

function restartWhenAsked(plan: ClusterPlan, running: Running): void {
  let starts = 1;
  const restart = async (): Promise<void> => {
    await running.node?.stop();
    await removeCgroups(plan);
    say("node stopped");
    const node = await startNode(plan);
    running.node = node;
    await startAgain(plan, node, say);
    record(plan, node, ++starts);
  };
  process.on("SIGUSR2", () => void restart().catch((error: unknown) => console.error("the node does not start again:", error)));
}

function runTests(command: readonly string[], plan: ClusterPlan, node: Node): Promise<number> {
  const file = recordOf(plan);
  record(plan, node, 1);
  // The terminal's Ctrl-C reaches it by itself; whatever else ends us ends it too.
  const held = ["setpriv", "--pdeathsig", "TERM", "--", ...command];
  const child = spawn(held[0] ?? "", held.slice(1), { stdio: "inherit", env: { ...process.env, FAIRLEAD_CLUSTER: file } });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

function sayHowToUse(plan: ClusterPlan, node: Node): void {
  const kubectl = inNode(node.pid, ["env", `KUBECONFIG=${plan.kubeconfig}`, "kubectl", "get", "pods", "-A"]);
  console.log(`The cluster stays until Ctrl-C. By hand:\n  ${kubectl.join(" ")}`);
}

async function work(plan: ClusterPlan, running: Running, command: readonly string[]): Promise<number> {
  say("namespaces made");
  const node = running.node as Node;
  await startCluster(plan, node, say);
  restartWhenAsked(plan, running);
  const code = command.length > 0 ? await runTests(command, plan, node) : 0;
  if (code !== 0) await keepEvidence(plan, running.node?.pid);
  if (command.length > 0 && process.env["KEEP"] === undefined) return code;
  sayHowToUse(plan, node);
  return new Promise(() => undefined);
}

async function takeDown(plan: ClusterPlan, node: Node | undefined): Promise<boolean> {
  const start = Date.now();
  await node?.stop();
  const left = await removeRemains(plan);
  for (const path of left) console.error(`left behind: ${path}`);
  console.error(`==> cluster: taken down in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return left.length === 0;
}

async function main(command: readonly string[]): Promise<number> {
  const missing = missingRequirements();
  if (missing.length > 0) throw new Error(`the cluster needs what is not here:\n${missing.map((line) => `  ${line}`).join("\n")}`);
  const plan = clusterPlan();
  await clearLastRun(plan);
  const interrupted = untilInterrupted();
  const running: Running = { node: undefined };
  try {
    const making = prepareCluster(plan);
    writeFileSync(join(plan.state, "owner"), String(process.pid));
    running.node = await making;
    const code = await Promise.race([work(plan, running, command), interrupted]);
    if (code === "interrupted") return 130;
    if (code !== 0) console.error(`==> cluster: what it said is in ${plan.last}`);
    return code;
  } catch (error) {
    await keepEvidence(plan, running.node?.pid);
    throw error;
  } finally {
    if (!(await takeDown(plan, running.node))) process.exitCode = 1;
  }
}

try {
  process.exit((await main(process.argv.slice(2))) || (process.exitCode ?? 0));
} catch (error) {
  console.error(`the cluster did not come up: ${(error as Error).message}`);
  console.log("0 passed, 1 failed, 0 skipped");
  process.exit(1);
}
