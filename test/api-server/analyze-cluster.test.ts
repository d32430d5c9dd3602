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
  await applyLooseCrds(server.admin, ["ServiceEntry", "VirtualService"]);
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

test("validate against the cluster tells of it on standard error, and judges what it was given", () => {
  const file = join(home, "good.yaml");
  writeFileSync(
    file,
    "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: { name: a, namespace: x }\nspec: { outboundTrafficPolicy: { mode: ALLOW_ANY } }\n",
  );
  const { status, stdout, stderr } = fairlead("validate", "-f", file, "--with", "cluster", "--kubeconfig", server.kubeconfig);
  expect(stderr).toContain("ServiceEntry/default/bad: spec.hosts");
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
