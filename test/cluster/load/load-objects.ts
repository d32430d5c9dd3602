import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Cluster, Place } from "../cluster.ts";

/** An image with Node in it; its own entrypoint is not used. */
const NODE_IMAGE = "localhost/fairlead/controller:dev";

const scriptOf = (name: string): string => readFileSync(join(import.meta.dirname, `${name}-script.cjs`), "utf8");

interface Options {
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly args: readonly string[];
  readonly more?: object;
}

function nodeDeployment({ name, namespace, replicas, args, more = {} }: Options): object {
  const labels = { app: name };
  const container = {
    name: "app",
    image: NODE_IMAGE,
    command: ["node", "-e", ...args],
    // Not the proxy's user, whose own calls are led nowhere.
    securityContext: { runAsUser: 1000 },
    ...more,
  };
  const spec = { terminationGracePeriodSeconds: 30, containers: [container] };
  const strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { replicas, strategy, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

/** A server that asks the outside for each answer, in two pods, and its Service. */
export function relay(name: string, namespace: string, url: string): readonly object[] {
  const more = {
    ports: [{ containerPort: 8080, name: "http" }],
    readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 1 },
    // Until nobody is led here any more.
    lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
  };
  const ports = [{ name: "http", port: 80, targetPort: "http" }];
  return [
    nodeDeployment({ name, namespace, replicas: 2, args: [scriptOf("relay"), url], more }),
    { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { selector: { app: name }, ports } },
  ];
}

/** Calls each target some 60 times a second, for as long as it is there. */
export function caller(name: string, namespace: string, targets: Readonly<Record<string, string>>): object {
  const list = Object.entries(targets).map(([target, url]) => ({ name: target, url }));
  return nodeDeployment({ name, namespace, replicas: 1, args: [scriptOf("load"), JSON.stringify(list)] });
}

interface Tally {
  readonly kept: number;
  readonly fresh: number;
  readonly failures: readonly string[];
}

interface Load {
  readonly seconds: number;
  readonly tallies: Readonly<Record<string, Tally>>;
}

/** What has come of the calls since they began. */
export async function readLoad(cluster: Cluster, place: Place): Promise<Load> {
  const { stdout, stderr } = await cluster.exec(place, ["cat", "/tmp/load.json"]);
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout) as Load;
}

const answered = ({ kept, fresh }: Tally): number => kept + fresh;

/** Between two looks no call failed, and there were at least 50 a second to each target, kept and fresh. */
export function expectUnharmed(before: Load, after: Load): void {
  const seconds = after.seconds - before.seconds;
  for (const [name, tally] of Object.entries(after.tallies)) {
    const earlier = before.tallies[name] ?? { kept: 0, fresh: 0, failures: [] };
    expect(tally.failures.slice(earlier.failures.length), name).toEqual([]);
    expect((answered(tally) - answered(earlier)) / seconds, `calls a second to ${name}`).toBeGreaterThanOrEqual(50);
    expect(Math.min(tally.kept - earlier.kept, tally.fresh - earlier.fresh), name).toBeGreaterThanOrEqual(20 * seconds);
  }
}
