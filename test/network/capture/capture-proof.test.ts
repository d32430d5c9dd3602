// Pods prove that their calls are captured before they are ready, and are not ready once they cannot.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "../../../src/lab/lab.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import type { PodManifest } from "../../../src/lab/pod-spec.ts";
import { eventually, inPodNetwork, runInjected, sleeper, startMesh } from "../mesh-lab.ts";

const PROXY = "istio-proxy";
/** The promise, in milliseconds. */
const SOON = 10_000;

let lab: Lab;

beforeAll(async () => {
  lab = await startMesh({ servers: [], namespaces: ["app"], dualStack: true });
});

afterAll(async () => {
  await lab?.close();
});

const bash = async (pod: RunningPod, script: string): Promise<string> => (await inPodNetwork(pod, ["bash", "-c", script])).stdout;
const readiness = (pod: RunningPod, port = 15020): Promise<string> =>
  bash(pod, `curl -s -w '%{http_code}' --max-time 2 http://127.0.0.1:${port}/healthz/ready`);
const SAVE = { v4: "iptables-nft-save", v6: "ip6tables-nft-save" };
const FLUSH = { v4: "nft flush ruleset ip", v6: "nft flush ruleset ip6" };

test.each(["v4", "v6"] as const)(
  "rules of %s that vanish: not ready within 10 s, with the reason; ready again when they are back",
  async (family) => {
    const pod = await runInjected(lab, sleeper("app", `vanish-${family}`));
    expect(await bash(pod, "curl -s http://127.0.0.1:15020/metrics | grep captured")).toMatch(/family="v4"} 1\n.*family="v6"} 1/);
    const rules = await bash(pod, SAVE[family]);
    await bash(pod, FLUSH[family]);
    const reason = `${family === "v4" ? "IPv4" : "IPv6"} calls of this pod are not captured`;
    await eventually(async () => {
      expect(pod.ready()).toBe(false);
      expect(await readiness(pod)).toMatch(new RegExp(`^${reason}: a call to \\S+ did not come back to it .*503$`, "s"));
    }, SOON);
    expect(await pod.logs(PROXY)).toContain("calls of this pod are not captured, so no policy holds for them: it is not ready");
    await inPodNetwork(pod, ["bash", "-c", `${SAVE[family].replace("save", "restore")} <<'RULES'\n${rules}RULES`]);
    await eventually(async () => expect(pod.ready()).toBe(true), SOON);
    expect(await readiness(pod, 15021)).toBe("200");
    // The app never stopped; the sidecar began again once, so that the kubelet saw it at once.
    expect(pod.containers.map(({ name, restarts }) => [name, restarts])).toEqual([
      [PROXY, 1],
      ["app", 0],
    ]);
  },
  60_000,
);

test("rules that were never written: the pod does not become ready, and its app is not started", async () => {
  const { pod } = await lab.inject(sleeper("app", "never"));
  const starting = lab.run(withoutInit(pod));
  const early = await eventually(async () => {
    const found = lab.pods.find(({ name }) => name === pod.metadata.name);
    expect(found).toBeDefined();
    return found as RunningPod;
  });
  await eventually(async () => expect(await readiness(early)).toMatch(/IPv4 calls of this pod are not captured.*IPv6 calls/s), SOON);
  expect(early.containers.map(({ name }) => name)).toEqual([PROXY]);
  expect(early.ready()).toBe(false);
  for (const init of pod.spec.initContainers?.filter(({ name }) => name === "istio-init") ?? []) {
    await inPodNetwork(early, [process.execPath, "dist/agent.js", ...(init.args ?? [])]);
  }
  await lab.ready(await starting);
});

test("a pod that wants no capture is not asked for the proof", async () => {
  const annotations = { "sidecar.istio.io/interceptionMode": "NONE" };
  const deployment = sleeper("app", "none");
  const template = (deployment["spec"] as { template: { metadata: object } }).template;
  const pod = await runInjected(lab, {
    ...deployment,
    spec: { template: { ...template, metadata: { ...template.metadata, annotations } } },
  });
  expect(pod.manifest.spec.initContainers?.map(({ name }) => name)).toEqual([PROXY]);
  expect(await bash(pod, "curl -s http://127.0.0.1:15020/metrics | grep '^fairlead_agent_calls_captured'")).toBe("");
  expect(await bash(pod, "ss -Hltn sport = :15002")).toBe("");
});

test("any program of the pod may call the address, and says nothing that would do harm", async () => {
  const pod = await runInjected(lab, sleeper("app", "noise"));
  await bash(pod, "for i in $(seq 40); do (echo nonsense; sleep 3) | nc -w 3 192.0.0.8 80 & done; sleep 4");
  expect(pod.ready()).toBe(true);
  expect(pod.containers.map(({ restarts }) => restarts)).toEqual([0, 0]);
});

function withoutInit(pod: PodManifest): PodManifest {
  const initContainers = pod.spec.initContainers?.filter(({ name }) => name !== "istio-init") ?? [];
  return { ...pod, spec: { ...pod.spec, initContainers } };
}
