// What the chart allows the controller is what the controller does: it is led through all of its life, and the API server writes down
// every request. A right that was not used is one too many; without any of those that were, some request would have been refused.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OWN_KINDS } from "../../src/api/kinds.ts";
import { UNENFORCED_KINDS } from "../../src/api/unenforced-kinds.ts";
import { systemClock } from "../../src/base/clock.ts";
import { IstioCertificateRequestSchema } from "../../src/gen/istio/v1/auth/ca_pb.ts";
import { createCertificateRequest } from "../../src/pki/csr.ts";
import { connect } from "../../src/rpc/grpc-client.ts";
import { CREATE_CERTIFICATE } from "../../src/xds/certificate-service.ts";
import { until } from "./child.ts";
import { type Bare, must, openBare } from "./installed.ts";
import type { Replica } from "./replica.ts";
import { allows, audit, type Right, rightsOf } from "./rights-used.ts";
import { applyUnenforcedCrds, createUnenforced } from "./unenforced-crds.ts";

const SYSTEM = "istio-system";
const ACCOUNT = `system:serviceaccount:${SYSTEM}:fairlead`;
const folder = mkdtempSync(join(tmpdir(), "fairlead-audit-"));
const written = audit(folder);

let cluster: Bare;
let controller: Replica;
let rights: readonly Right[];
beforeAll(async () => {
  cluster = await openBare(written.flags);
  must(await cluster.helm(["install", "fairlead", resolve("charts/fairlead"), "-n", SYSTEM, "--create-namespace"]));
  await applyUnenforcedCrds(cluster.server.admin);
  // Lives so short that renewals are seen too.
  controller = await cluster.startRevision("", ["--webhook-certificate-life", "15s", "--webhook-authority-life", "30s"]);
  for (const kind of UNENFORCED_KINDS) await createUnenforced(cluster.server.admin, kind, "there");
  await writeConditions();
  await getCertificate();
  await changeMeshConfiguration();
  await until(
    () => used({ verb: "update", resource: "secrets", name: "fairlead-webhook" }),
    () => `the webhooks' certificate is not renewed\n${controller.log()}`,
    60,
  );
  rights = await grantedRights();
}, 180_000);
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true });
});

const requests = () => written.requestsOf(ACCOUNT);
const used = (part: Partial<ReturnType<typeof requests>[number]>): boolean =>
  requests().some((request) => Object.entries(part).every(([field, value]) => request[field as keyof typeof request] === value));

async function grantedRights(): Promise<readonly Right[]> {
  const { stdout } = must(
    await cluster.kubectl(["get", "clusterroles,roles", "-n", SYSTEM, "-l", "app.kubernetes.io/name=fairlead", "-o", "json"]),
  );
  return (JSON.parse(stdout) as { items: Parameters<typeof rightsOf>[0][] }).items.flatMap(rightsOf);
}

const object = (kind: keyof typeof OWN_KINDS, name: string, spec: object) => ({
  apiVersion: `${OWN_KINDS[kind].group}/v1`,
  kind,
  metadata: { name, namespace: "default" },
  spec,
});
const apply = async (...items: readonly object[]) =>
  must(await cluster.kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items })));

/** One object of each kind, and one whose reference comes, goes and comes, so that its Event counts. */
async function writeConditions(): Promise<void> {
  const port = { number: 80, name: "http", protocol: "HTTP" };
  const host = "each.example.com";
  await apply(
    object("ServiceEntry", "each", { hosts: [host], ports: [port], resolution: "DNS" }),
    object("DestinationRule", "each", { host }),
    object("Gateway", "each", { selector: { app: "none" }, servers: [{ port, hosts: [host] }] }),
    object("Sidecar", "each", { egress: [{ hosts: ["./*"] }] }),
    object("WorkloadEntry", "each", { address: "192.0.2.1", labels: { app: "each" } }),
    object("WorkloadGroup", "each", { template: { serviceAccount: "default" } }),
    object("PeerAuthentication", "each", { mtls: { mode: "STRICT" } }),
    object("VirtualService", "each", { hosts: ["web"], http: [{ route: [{ destination: { host: "web" } }] }] }),
  );
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" }, spec: { ports: [{ port: 80 }] } };
  const becomes = (status: string) =>
    until(
      async () => {
        const path = 'jsonpath={.status.conditions[?(@.type=="ReferencesResolved")].status}';
        return (await cluster.kubectl(["get", "virtualservice", "each", "-n", "default", "-o", path])).stdout === status;
      },
      () => controller.log().slice(-3000),
    );
  for (const there of [false, true, false, true]) {
    if (there) await apply(service);
    else await cluster.kubectl(["delete", "service", "web", "-n", "default", "--ignore-not-found"]);
    await becomes(there ? "True" : "False");
  }
}

/** As an agent does. */
async function getCertificate(): Promise<void> {
  const { stdout } = must(await cluster.kubectl(["get", "configmap", "istio-ca-root-cert", "-n", "default", "-o", "json"]));
  const rootPem = (JSON.parse(stdout) as { data: Record<string, string> }).data["root-cert.pem"] ?? "";
  const tls = { rootPem, serverName: `fairlead.${SYSTEM}.svc` };
  const client = connect({ target: `127.0.0.1:${controller.xdsPort}`, clock: systemClock, tls });
  const { csrPem } = await createCertificateRequest();
  const bytes = toBinary(IstioCertificateRequestSchema, create(IstioCertificateRequestSchema, { csr: csrPem }));
  const token = await cluster.server.tokenFor("default", "api", "istio-ca");
  const answer = await client.unary(CREATE_CERTIFICATE, bytes, { metadata: { authorization: `Bearer ${token}` }, timeoutMs: 20_000 });
  client.close();
  expect(answer).toMatchObject({ ok: true });
}

async function changeMeshConfiguration(): Promise<void> {
  const data = { mesh: "accessLogFile: /dev/stdout\noutboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n" };
  must(await cluster.kubectl(["patch", "configmap", "istio", "-n", SYSTEM, "--type=merge", "-p", JSON.stringify({ data })]));
  await until(
    () => used({ verb: "update", resource: "configmaps", name: "fairlead-mesh-last-good" }),
    () => controller.log().slice(-3000),
  );
}

const words = ({ verb, group, resource, namespace, name }: Right): string =>
  `${verb} ${resource}${group === "" ? "" : `.${group}`}${name === undefined ? "" : ` ${name}`}${namespace === "" ? "" : ` in ${namespace}`}`;

test("nothing that the controller asks is refused to it", () => {
  expect(requests().length).toBeGreaterThan(50);
  expect(requests().filter(({ code }) => code === 401 || code === 403)).toEqual([]);
});

test("every right is used", () => {
  const unused = rights.filter((right) => !requests().some((request) => allows(right, request)));
  expect(unused.map(words)).toEqual([]);
});

test("without any one of them a request would be refused", () => {
  const superfluous = rights.filter((right) => {
    const others = rights.filter((other) => other !== right);
    return requests().every(
      (request) => !allows(right, request) || others.some((other) => allows(other, request) && other.verb === right.verb),
    );
  });
  expect(superfluous.map(words)).toEqual([]);
});
