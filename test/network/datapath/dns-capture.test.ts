// Captured DNS: what a pod asks of its servers goes by the agent, and names are found as without.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "../../../src/lab/lab.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { eventually, inApp, inPodNetwork, runInjected, sleeper, startMesh } from "../mesh-lab.ts";
import { capturedQueries } from "./calls.ts";

const WEB = "203.0.113.10";
let lab: Lab;
let pod: RunningPod;

beforeAll(async () => {
  lab = await startMesh({
    servers: [{ name: "web", kind: "http", address: WEB, port: 80 }],
    names: { "api.example.com": [WEB] },
    mesh: 'accessLogFile: /dev/stdout\ndefaultConfig:\n  proxyMetadata:\n    ISTIO_META_DNS_CAPTURE: "true"\n',
    namespaces: ["app"],
  });
  pod = await runInjected(lab, sleeper("app", "client"));
});

afterAll(async () => {
  await lab?.close();
});

const status = async (): Promise<string> =>
  (await inApp(pod, "curl -s -o /dev/null -w '%{http_code}' --max-time 5 http://api.example.com/")).stdout;

test("a name is found, by way of the agent", async () => {
  const before = await capturedQueries(pod, "udp");
  expect(await status()).toBe("200");
  expect(await capturedQueries(pod, "udp")).toBeGreaterThan(before);
});

test("a name that is not there is said not to be there, at once", async () => {
  const { stdout } = await inApp(pod, "curl -s -o /dev/null -w '%{exitcode} %{time_total}' --max-time 5 http://nobody.example.com/");
  expect(stdout).toMatch(/^6 /);
});

test("where the agent stands still nobody answers: the queries are its, and found again when it goes on", async () => {
  const signal = (name: string) =>
    inPodNetwork(pod, ["sh", "-c", `ss -Hlnp 'sport = :15053' | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u | xargs kill -${name}`]);
  await signal("STOP");
  expect(await status()).toBe("000");
  await signal("CONT");
  await eventually(async () => expect(await status()).toBe("200"));
});
