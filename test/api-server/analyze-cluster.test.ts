import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyLooseCrds } from "./apply-loose-crds.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

let server: ApiServer;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "fairlead-analyze-"));
  server = await startApiServer();
  await server.admin.json({ method: "POST", path: "/api/v1/namespaces", body: { metadata: { name: "mesh" } } });
  await applyLooseCrds(server.admin, ["ServiceEntry", "VirtualService", "Gateway"]);
  const bad = { apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata: { name: "bad" }, spec: { hosts: 7 } };
  await server.admin.json({ method: "POST", path: "/apis/networking.istio.io/v1/namespaces/default/serviceentries", body: bad });
  const map = { metadata: { name: "istio" }, data: { mesh: "accessLogFile: [\n" } };
  await server.admin.json({ method: "POST", path: "/api/v1/namespaces/mesh/configmaps", body: map });
});
afterAll(async () => {
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

function fairlead(...args: readonly string[]) {
  const { KUBECONFIG: _, ...rest } = process.env;
  const env = { ...rest, HOME: home };
  return spawnSync(process.execPath, [resolve("src/main/cli.ts"), ...args], { encoding: "utf8", env });
}

test("what the cluster holds and cannot be read is among the findings", () => {
  const { status, stdout } = fairlead("analyze", "cluster", "--kubeconfig", server.kubeconfig, "-i", "mesh", "-o", "json");
  const { findings } = JSON.parse(stdout) as { findings: object[] };
  expect(findings).toContainEqual(
    expect.objectContaining({ level: "error", kind: "ServiceEntry", namespace: "default", name: "bad", path: "spec.hosts" }),
  );
  expect(findings).toContainEqual(
    expect.objectContaining({ code: "FL0901", kind: "MeshConfig", name: "mesh", source: "ConfigMap mesh/istio" }),
  );
  expect(status).toBe(1);
});

test("what the controller does not watch is looked at too, and of Secrets only which fields they have", async () => {
  const post = (path: string, body: object) => server.admin.json({ method: "POST", path, body });
  const gateway = (name: string, credentialName: string) => ({
    ...{ apiVersion: "networking.istio.io/v1", kind: "Gateway", metadata: { name } },
    spec: {
      selector: { istio: "own" },
      servers: [{ port: { number: 443, name: "https", protocol: "HTTPS" }, hosts: ["a.b"], tls: { mode: "SIMPLE", credentialName } }],
    },
  });
  const template = {
    metadata: { labels: { istio: "own" } },
    spec: { securityContext: { runAsUser: 1337 }, containers: [{ name: "a", image: "b" }] },
  };
  await post("/apis/apps/v1/namespaces/default/deployments", {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "own" } },
    spec: { selector: { matchLabels: { istio: "own" } }, template },
  });
  await post("/api/v1/namespaces/default/secrets", {
    metadata: { name: "there" },
    stringData: { "tls.crt": "CERTIFICATE", "tls.key": "KEY" },
  });
  for (const name of ["there", "missing"])
    await post("/apis/networking.istio.io/v1/namespaces/default/gateways", gateway(`with-${name}`, name));
  const { stdout } = fairlead("analyze", "cluster", "--kubeconfig", server.kubeconfig, "-i", "mesh", "-o", "json");
  const { findings } = JSON.parse(stdout) as { findings: readonly { code: string; kind: string; name: string }[] };
  const told = findings.map(({ code, kind, name }) => `${code} ${kind}/${name}`);
  expect(told).toContain("FL1033 Deployment/own");
  expect(told.filter((line) => line.startsWith("FL1015"))).toEqual(["FL1015 Gateway/with-missing"]);
  expect(stdout).not.toMatch(/CERTIFICATE|Q0VSVElGSUNBVEU/);
});

test("validate against the cluster tells of it on standard error, and judges what it was given", () => {
  const file = join(home, "good.yaml");
  writeFileSync(
    file,
    "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: { name: a, namespace: x }\nspec: { outboundTrafficPolicy: { mode: ALLOW_ANY } }\n",
  );
  const { status, stdout, stderr } = fairlead("validate", "-f", file, "--with", "cluster", "--kubeconfig", server.kubeconfig);
  expect(stderr).toContain("ServiceEntry/default/bad: error: spec.hosts");
  expect(stdout).toContain("1 judged, 0 invalid");
  expect(status).toBe(0);
});

test("without a kubeconfig, what was looked for is named", () => {
  const { status, stderr } = fairlead("analyze", "cluster");
  expect(status).toBe(2);
  for (const words of ["KUBECONFIG", join(home, ".kube", "config"), "--kubeconfig FILE"]) {
    expect(stderr).toContain(words);
  }
});
