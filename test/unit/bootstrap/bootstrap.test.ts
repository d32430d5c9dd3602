import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bootstrap } from "../../../src/bootstrap/bootstrap.ts";
import { type BootstrapInput, NO_MORE_STATS } from "../../../src/bootstrap/bootstrap-input.ts";
import { describeNode, type NodeInput } from "../../../src/bootstrap/node-description.ts";
import { DEFAULT_PORTS } from "../../../src/bootstrap/proxy-ports.ts";

const NODE: NodeInput = {
  type: "sidecar",
  podName: "client-1",
  namespace: "entry",
  serviceAccount: "client",
  addresses: ["10.0.0.7", "fd00::7"],
  domain: "entry.svc.cluster.local",
  labels: { app: "client" },
  annotations: {},
  proxyConfig: { concurrency: 2 },
  env: { ISTIO_META_CLUSTER_ID: "Kubernetes", ISTIO_META_LABELS: '{"a":"b"}', HOME: "/root" },
  version: "0.1.0",
  ports: DEFAULT_PORTS,
  answersDns: false,
};

const INPUT: BootstrapInput = {
  node: describeNode(NODE),
  ports: DEFAULT_PORTS,
  xdsSocket: "/etc/istio/proxy/XDS",
  sdsSocket: "/var/run/secrets/workload-spiffe-uds/socket",
  ipv6Only: false,
  stats: NO_MORE_STATS,
  runtime: {},
};

test("the node's id, cluster and metadata", () => {
  expect(INPUT.node).toEqual({
    id: "sidecar~10.0.0.7~client-1.entry~entry.svc.cluster.local",
    cluster: "client.entry",
    metadata: {
      CLUSTER_ID: "Kubernetes",
      NAME: "client-1",
      NAMESPACE: "entry",
      SERVICE_ACCOUNT: "client",
      INSTANCE_IPS: "10.0.0.7,fd00::7",
      LABELS: { app: "client" },
      PROXY_CONFIG: { concurrency: 2 },
      ENVOY_STATUS_PORT: 15021,
      ENVOY_PROMETHEUS_PORT: 15090,
      ISTIO_VERSION: "0.1.0",
    },
  });
});

test.each([
  [true, "true"],
  [false, undefined],
])("that the agent answers DNS queries is said where it is so, whatever the environment says: %s", (answersDns, told) => {
  const env = { ISTIO_META_FAIRLEAD_ANSWERS_DNS: "perhaps" };
  expect(describeNode({ ...NODE, env, answersDns }).metadata["FAIRLEAD_ANSWERS_DNS"]).toBe(told);
});

test("the bootstrap as a file", async () => {
  await expect(`${JSON.stringify(bootstrap(INPUT), undefined, 2)}\n`).toMatchFileSnapshot("testdata/bootstrap.json");
});

test("extra statistics and runtime values appear beside the usual ones", () => {
  const text = JSON.stringify(
    bootstrap({ ...INPUT, stats: { prefixes: ["cluster.outbound"], suffixes: [], regexps: ["http.*"] }, runtime: { "a.b": "1" } }),
  );
  expect(text).toContain('{"prefix":"cluster.outbound"}');
  expect(text).toContain('{"safe_regex":{"regex":"http.*"}}');
  expect(text).toContain('"a.b":"1"}');
});

const ENVOY = process.env.FAIRLEAD_ENVOY ?? "";

test.skipIf(!existsSync(ENVOY)).each([false, true])("Envoy itself takes it (IPv6 only: %s)", (ipv6Only) => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-bootstrap-"));
  const file = join(folder, "envoy.json");
  writeFileSync(file, JSON.stringify(bootstrap({ ...INPUT, ipv6Only })));
  const run = spawnSync(ENVOY, ["--mode", "validate", "-c", file, "-l", "warning"], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect(run.stderr + run.stdout).toContain("OK");
  expect(run.stderr).not.toContain("deprecated");
  expect(run.status).toBe(0);
});
