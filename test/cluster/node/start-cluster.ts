import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CommandResult, mustRun, runCommand } from "../../../src/lab/run-command.ts";
import { type ClusterPlan, NETWORK, SERVER } from "./cluster-plan.ts";
import { writeCredentials, writeKubeconfigs } from "./credentials.ts";
import { type Daemon, daemonArguments } from "./daemon-arguments.ts";
import { nodeSettings } from "./node-settings.ts";
import { outsideCommand } from "./outside-world.ts";
import { findPluginFolder, IMAGE_ARCHIVE } from "./requirements.ts";
import { inNode, type Node, startNode } from "./start-node.ts";
import { SYSTEM_OBJECTS } from "./system-objects.ts";

/** Environment of kubectl and helm: they find the cluster and leave nothing in anybody's home. */
export function clientEnvironment(plan: ClusterPlan): Readonly<Record<string, string>> {
  const home = join(plan.state, "home");
  return { PATH: process.env["PATH"] ?? "", HOME: home, KUBECACHEDIR: join(home, "kube"), KUBECONFIG: plan.kubeconfig };
}

/** Makes the namespaces, before anything that can fail; `startCluster` fills them. */
export function prepareCluster(plan: ClusterPlan): Promise<Node> {
  for (const folder of [plan.logs, join(plan.state, "home"), join(plan.state, "apiserver")]) mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(nodeSettings(plan, findPluginFolder() ?? ""))) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return startNode(plan);
}

type Say = (step: string) => void;

/** Brings the cluster up; resolves when the node is Ready and names resolve. `say` hears of each step. */
export async function startCluster(plan: ClusterPlan, node: Node, say: Say): Promise<void> {
  const tokens = writeCredentials(plan);
  startDaemons(plan, node, ["containerd", "etcd", "kube-apiserver"]);
  await Promise.all([
    importImages(node).then(() => say("images imported")),
    certificateWritten(plan, node).then(async () => {
      writeKubeconfigs(plan, tokens);
      await apiServerReady(plan, node, say);
    }),
  ]);
  startDaemons(plan, node, NODE_DAEMONS);
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: SYSTEM_OBJECTS });
  await mustRun(inNode(node.pid, ["kubectl", "apply", "-f", "-"]), { input: list, env: clientEnvironment(plan) });
  await nodeReady(plan, node, say);
}

/** Brings up what was stopped, with all that it had on disk and nothing that it had in memory, as after a power cut. */
export async function startAgain(plan: ClusterPlan, node: Node, say: Say): Promise<void> {
  startDaemons(plan, node, ["containerd", "etcd", "kube-apiserver"]);
  await until(node, 30, async () => await runCommand(ctr(node, ["version"])));
  // Where the state folder cannot hold them, the images were in memory.
  if ((await runCommand(ctr(node, ["images", "list", "-q"]))).stdout.trim() === "") await importImages(node);
  await apiServerReady(plan, node, say);
  startDaemons(plan, node, NODE_DAEMONS);
  await nodeReady(plan, node, say);
}

const NODE_DAEMONS: readonly Daemon[] = ["kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"];

function startDaemons(plan: ClusterPlan, node: Node, daemons: readonly Daemon[]): void {
  for (const daemon of daemons) node.daemon(daemon, [daemon, ...daemonArguments(daemon, plan)]);
  if (daemons.includes("etcd")) node.daemon("outside", outsideCommand(plan));
}

async function apiServerReady(plan: ClusterPlan, node: Node, say: Say): Promise<void> {
  await answers(node, plan, ["get", "--raw", "/readyz"], 90);
  say(`API server ready at ${SERVER} in the node's network`);
}

async function nodeReady(plan: ClusterPlan, node: Node, say: Say): Promise<void> {
  await answers(node, plan, ["wait", "--for=condition=Ready", `node/${NETWORK.node}`, "--timeout=1s"], 60);
  say("node Ready");
  await answers(node, plan, ["rollout", "status", "-n", "kube-system", "deployment/coredns", "--timeout=1s"], 60);
  say("CoreDNS Ready");
}

const ctr = (node: Node, args: readonly string[]) => inNode(node.pid, ["ctr", "--namespace", "k8s.io", ...args], "all");

async function importImages(node: Node): Promise<void> {
  await until(node, 30, async () => await runCommand(ctr(node, ["version"])));
  await mustRun(ctr(node, ["images", "import", resolve(IMAGE_ARCHIVE)]), { timeoutMs: 180_000 });
}

async function certificateWritten(plan: ClusterPlan, node: Node): Promise<void> {
  const file = join(plan.state, "apiserver/apiserver.crt");
  await until(node, 60, async () => {
    const whole = existsSync(file) && readFileSync(file, "utf8").trimEnd().endsWith("-----END CERTIFICATE-----");
    return { code: whole ? 0 : 1, stdout: "", stderr: "kube-apiserver wrote no certificate" };
  });
}

async function answers(node: Node, plan: ClusterPlan, args: readonly string[], seconds: number): Promise<void> {
  await until(node, seconds, () => runCommand(inNode(node.pid, ["kubectl", ...args]), { env: clientEnvironment(plan) }));
}

/** Asks until the answer is 0; a daemon that ended is not waited for. */
async function until(node: Node, seconds: number, ask: () => Promise<CommandResult>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    node.mustRun();
    const { code, stderr } = await ask();
    if (code === 0) return;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${stderr.trim()}`);
    await sleep(100);
  }
}
