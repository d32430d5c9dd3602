// Pods that run to their end do so with either kind of sidecar, and end as their app ended.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterObject } from "../../../src/lab/cluster-object.ts";
import type { Lab } from "../../../src/lab/lab.ts";
import { eventually, sleeper, startMesh } from "../mesh-lab.ts";

const WEB = "203.0.113.10";

let lab: Lab;

beforeAll(async () => {
  lab = await startMesh({ servers: [{ name: "web", kind: "http", address: WEB, port: 80 }], namespaces: ["app"] });
});

afterAll(async () => {
  await lab?.close();
});

/** Calls outside until it is answered, and ends with `code`. */
function job(name: string, how: { readonly native: boolean; readonly restartPolicy: string; readonly code: number }): ClusterObject {
  const script = `until curl -sf -o /dev/null --max-time 2 http://${WEB}/; do sleep 0.5; done; echo called; exit ${how.code}`;
  const container = { name: "app", image: "localhost/fairlead/tools:dev", command: ["sh", "-c", script] };
  const annotations = { "sidecar.istio.io/nativeSidecar": String(how.native) };
  const spec = { restartPolicy: how.restartPolicy, terminationGracePeriodSeconds: 30, containers: [container] };
  const { apiVersion, kind, metadata } = sleeper("app", name);
  return { apiVersion, kind, metadata, spec: { template: { metadata: { labels: { app: name }, annotations }, spec } } };
}

test.each([
  ["native sidecar", { native: true, restartPolicy: "Never", code: 0 }, "Succeeded"],
  ["ordinary sidecar", { native: false, restartPolicy: "Never", code: 0 }, "Succeeded"],
  ["ordinary sidecar that would be started again", { native: false, restartPolicy: "OnFailure", code: 0 }, "Succeeded"],
  ["ordinary sidecar of an app that fails", { native: false, restartPolicy: "Never", code: 3 }, "Failed"],
])("%s: %j", async (_, how, phase) => {
  const name = `job-${how.native ? "native" : "ordinary"}-${how.restartPolicy.toLowerCase()}-${how.code}`;
  const { pod } = await lab.inject(job(name, how));
  const running = await lab.run(pod);
  await eventually(async () => expect(running.phase()).toBe(phase), 60_000);
  expect(await running.logs("app")).toContain("called");
  const exits = running.containers.map((container) => [container.name, container.lastExit, container.restarts]);
  expect(Object.fromEntries(exits.map(([container, code]) => [container, code]))).toEqual({ app: how.code, "istio-proxy": 0 });
  expect(exits.map(([, , restarts]) => restarts)).toEqual([0, 0]);
  await lab.stop(running);
});
