// The end of a pod: what comes in drains, what the app calls works until the app has gone, whatever kind of sidecar it has.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterObject } from "../../../src/lab/cluster-object.ts";
import type { Lab } from "../../../src/lab/lab.ts";
import { inNetwork } from "../../../src/lab/lab-network.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { runCommand } from "../../../src/lab/run-command.ts";
import { eventually, runInjected, sleeper, startMesh } from "../mesh-lab.ts";

const WEB = "203.0.113.10";
const GRACE_SECONDS = 30;

let lab: Lab;

beforeAll(async () => {
  lab = await startMesh({ servers: [{ name: "web", kind: "http", address: WEB, port: 80 }], namespaces: ["app"] });
});

afterAll(async () => {
  await lab?.close();
});

/** Longer than connections get by default, so that a sidecar which counts from its own TERM would be gone. */
const CALLS = 12;
const CALL = `curl -s -o /dev/null -D - --max-time 5 -w 'outbound %{http_code}\\n' http://${WEB}/ | tr -d '\\r' | grep -iE '^(outbound|connection)'`;

/** Serves, and when it is told to end does what takes its time: `first`, then a call a second. */
const app = (first: string): string =>
  [
    "mkdir -p /tmp/www; echo served > /tmp/www/index.html",
    "httpd -p 8080 -h /tmp/www",
    "ending=0; trap 'ending=1' TERM",
    "while [ $ending = 0 ]; do sleep 0.1; done",
    first,
    `for call in $(seq ${CALLS}); do ${CALL} || echo outbound failed; sleep 1; done`,
    "echo app ended",
  ].join("\n");

function deployment(name: string, native: boolean, first: string): ClusterObject {
  const container = { name: "app", image: "localhost/fairlead/tools:dev", command: ["sh", "-c", app(first)] };
  const { apiVersion, kind, metadata } = sleeper("app", name);
  const annotations = { "sidecar.istio.io/nativeSidecar": String(native) };
  const spec = { terminationGracePeriodSeconds: GRACE_SECONDS, containers: [container] };
  return { apiVersion, kind, metadata, spec: { template: { metadata: { labels: { app: name }, annotations }, spec } } };
}

/** Status and headers of one call from the node; status 0 where there is none. */
async function inbound(pod: RunningPod): Promise<{ readonly status: number; readonly closes: boolean }> {
  const curl = ["curl", "-s", "-o", "/dev/null", "-D", "-", "-w", "\n%{http_code}", "--max-time", "2", `http://${pod.address}:8080/`];
  const { stdout } = await runCommand(inNetwork(lab.network.fabric, curl));
  return { status: Number(stdout.split("\n").at(-1)), closes: /^connection: close/im.test(stdout) };
}

const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));

const KINDS = [
  ["native", true],
  ["ordinary", false],
] as const;

test.each(KINDS)(
  "%s sidecar: inbound calls are answered and sent away, outbound ones all work, until the app has ended",
  async (kind, native) => {
    const pod = await runInjected(lab, deployment(`serving-${kind}`, native, ""));
    await eventually(async () => expect(await inbound(pod)).toEqual({ status: 200, closes: false }));
    const ended = pod.stop(GRACE_SECONDS);
    await seconds(3);
    expect(await inbound(pod)).toEqual({ status: 200, closes: true });
    await seconds(5);
    expect(await inbound(pod)).toEqual({ status: 200, closes: true });
    await ended;
    const lines = (await pod.logs("app")).trim().split("\n");
    expect(lines.filter((line) => line === "outbound 200")).toHaveLength(CALLS);
    // What an app calls is not sent away: its connections stay, and so do its own clients' pools.
    expect(lines.filter((line) => /^connection: close/i.test(line))).toEqual([]);
    expect(lines.at(-1)).toBe("app ended");
  },
);

test("ordinary sidecar: an app that closes its port first and then calls now and then is served to its end", async () => {
  const pod = await runInjected(lab, deployment("calling", false, "killall httpd"));
  await pod.stop(GRACE_SECONDS);
  const lines = (await pod.logs("app")).trim().split("\n");
  expect(lines.filter((line) => line === "outbound 200")).toHaveLength(CALLS);
  expect(lines.at(-1)).toBe("app ended");
  expect(await pod.logs("istio-proxy")).toContain("agent ended");
});
