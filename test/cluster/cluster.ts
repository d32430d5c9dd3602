import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { OutsideEcho } from "../../src/lab/outside-servers.ts";
import { type CommandResult, mustRun, runCommand } from "../../src/lab/run-command.ts";
import { clusterPlan } from "./node/cluster-plan.ts";
import { clientEnvironment } from "./node/start-cluster.ts";
import { inNode } from "./node/start-node.ts";

/** A container of a pod, or of whichever pod an object such as `deploy/NAME` has. */
export interface Place {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** What one call came to: status, curl's exit code, and what the server said of the request when it was one of ours. */
export interface Call {
  readonly status: number;
  readonly exit: number;
  readonly echo: OutsideEcho | undefined;
}

/** The running cluster, used as people use theirs. */
export interface Cluster {
  /** Throws what kubectl says when it fails. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  tryKubectl(args: readonly string[], input?: string): Promise<CommandResult>;
  apply(...objects: readonly object[]): Promise<string>;
  /** The items of `kubectl get ARGS -o json`. */
  list<T>(args: readonly string[]): Promise<readonly T[]>;
  helm(args: readonly string[]): Promise<string>;
  /** With all that is in them, and without their pods' time to end: whoever comes next finds nothing that is still going. */
  removeNamespaces(...names: readonly string[]): Promise<void>;
  exec(place: Place, argv: readonly string[]): Promise<CommandResult>;
  /** One request by curl from a container. */
  call(from: Place, url: string): Promise<Call>;
  /** One request from the node's own network, with a Host of its own. */
  callNode(url: string, host: string): Promise<Call>;
  /** Cuts the node off as it is, and starts it again; resolves when it is Ready. */
  restartNode(): Promise<void>;
  /** Runs a command of the machine in the node's network. */
  onNode(argv: readonly string[], input?: string): Promise<CommandResult>;
}

/** Ends what it prints with status and exit code. */
const CURL = ["curl", "-sS", "--max-time", "5", "-w", "\n%{http_code} %{exitcode}"];

/** The cluster that test/cluster/main.ts has brought up. */
export function openCluster(): Cluster {
  const file = process.env["FAIRLEAD_CLUSTER"];
  if (file === undefined) throw new Error("these tests need a cluster: run them by `make cluster-test`");
  const record = () => JSON.parse(readFileSync(file, "utf8")) as { pid: number; owner: number; starts: number };
  const inCluster = (argv: readonly string[]) => inNode(record().pid, argv);
  const env = clientEnvironment(clusterPlan());
  const onNode = (argv: readonly string[], input = "") => runCommand(inCluster(argv), { env, input, timeoutMs: 180_000 });
  const tryKubectl: Cluster["tryKubectl"] = (args, input) => onNode(["kubectl", ...args], input);
  const kubectl: Cluster["kubectl"] = (args, input = "") => mustRun(inCluster(["kubectl", ...args]), { env, input, timeoutMs: 180_000 });
  const exec: Cluster["exec"] = ({ namespace, pod, container }, argv) =>
    tryKubectl(["exec", "-n", namespace, pod, "-c", container, "--", ...argv]);
  return {
    kubectl,
    tryKubectl,
    restartNode: async () => {
      const { owner, starts } = record();
      process.kill(owner, "SIGUSR2");
      await eventually(async () => {
        if (record().starts === starts) throw new Error("the node does not get Ready again");
      }, 240);
    },
    onNode,
    exec,
    apply: (...items) => kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items })),
    list: async <T>(args: readonly string[]) => (JSON.parse(await kubectl(["get", ...args, "-o", "json"])) as { items: T[] }).items,
    helm: (args) => mustRun(inCluster(["helm", ...args]), { env, timeoutMs: 180_000 }),
    removeNamespaces: async (...names) => {
      await kubectl(["delete", "namespace", ...names, "--wait=false"]);
      for (const name of names) await kubectl(["delete", "pods", "--all", "-n", name, "--grace-period=1", "--wait=false"]);
      await kubectl(["wait", "--for=delete", ...names.map((name) => `namespace/${name}`), "--timeout=120s"]);
    },
    call: async (from, url) => readCall((await exec(from, [...CURL, url])).stdout),
    callNode: async (url, host) => readCall((await onNode([...CURL, "--header", `Host: ${host}`, url])).stdout),
  };
}

/** Folder of a chart of ours. */
export function chart(name: string): string {
  return join(resolve("charts"), name);
}

function readCall(output: string): Call {
  const lines = output.trimEnd().split("\n");
  const [status = 0, exit = -1] = (lines.pop() ?? "").split(" ").map(Number);
  const body = lines.join("\n");
  return { status, exit, echo: body.startsWith("{") ? (JSON.parse(body) as OutsideEcho) : undefined };
}

/** Tries until `check` throws no more; after `seconds` the last error stands. */
export async function eventually<T>(check: () => Promise<T>, seconds = 20): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((wait) => setTimeout(wait, 50));
    }
  }
}
