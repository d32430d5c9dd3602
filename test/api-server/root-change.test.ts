// A root that is changed in its Secret reaches every namespace and the server that proxies meet, with nobody cut off on the way.
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { createBell } from "../../src/main/bell.ts";
import { meshTrust } from "../../src/main/mesh-authority.ts";
import { isSignedBy } from "../../src/pki/certificate-info.ts";
import { createRoot } from "../../src/pki/create-root.ts";
import { createCertificateRequest } from "../../src/pki/csr.ts";
import { createLeadership } from "../../src/status/leadership.ts";
import { reconcileRootCert } from "../../src/status/root-cert.ts";
import { createSecretKeeper } from "../../src/status/secret-keeper.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { makeIntermediate } from "../unit/pki/intermediate.ts";
import { heldClock } from "../unit/xds/held-clock.ts";
import { until } from "./child.ts";
import { memoryLog } from "./collected.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

const SYSTEM = "istio-system";
let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await server.admin.json({ method: "POST", path: "/api/v1/namespaces", body: { metadata: { name: SYSTEM } } });
});
afterAll(() => server?.stop());

const lines: string[] = [];
const log = createLogger({ name: "test", destination: { write: (line: string) => void lines.push(line) } });
const keeper = () => createSecretKeeper(server.admin, SYSTEM);
const change = (data: Readonly<Record<string, string>>) => keeper().updateSecret("istio-ca-secret", async (now) => ({ ...now, ...data }));
const secret = "/api/v1/namespaces/istio-system/secrets/istio-ca-secret";

async function running() {
  const clock = heldClock(Date.now());
  const roots = createBell();
  const { readSecret: read, readOrCreateSecret: readOrCreate, updateSecret: update } = keeper();
  const options = { dnsNames: ["fairlead.istio-system.svc"], clock, log, onChange: roots.ring };
  const trust = await meshTrust({ read, readOrCreate, update }, "cluster.local", options);
  const leadership = createLeadership();
  leadership.set(true);
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const rootCert = () => trust.authority.trustBundle(clock.now());
  const published = { client: server.admin, leadership, rootCert, clock: systemClock, log: memoryLog() };
  roots.onRing(reconcileRootCert(published, ending.signal).poke);
  return { ...trust, clock };
}

async function published(): Promise<string> {
  const path = "/api/v1/namespaces/default/configmaps/istio-ca-root-cert";
  const map = await server.admin.json<{ data: Record<string, string> }>({ path }).catch(() => undefined);
  return map?.data["root-cert.pem"] ?? "";
}

const publishedBecomes = (certificates: readonly string[]) =>
  until(
    async () =>
      [...(await published()).matchAll(/BEGIN CERT/g)].length === certificates.length && certificates.every(included(await published())),
    () => `not published:\n${lines.join("")}`,
  );
const included = (text: string) => (part: string) => text.includes(part);

test("trusted first, signing later: each step is taken over within a minute, and published in every namespace", async () => {
  const { authority, tls, clock } = await running();
  const old = authority.trustBundle(Date.now());
  await publishedBecomes([old]);
  const next = await createRoot({ trustDomain: "cluster.local", now: Date.now() });

  await change({ "root-cert.pem": next.certPem });
  clock.move(60_000);
  await publishedBecomes([old, next.certPem]);
  expect(isSignedBy(tls.current().certPem, old), "the old root still signs").toBe(true);
  expect(tls.current().rootPem, "proxies may show either").toContain(next.certPem);

  await change({ "ca-cert.pem": next.certPem, "ca-key.pem": next.key.reveal(), "root-cert.pem": old });
  clock.move(60_000);
  await expect.poll(() => isSignedBy(tls.current().certPem, next.certPem)).toBe(true);
  await publishedBecomes([old, next.certPem]);
  const { csrPem } = await createCertificateRequest();
  const issued = await authority.signWorkload(csrPem, { namespace: "a", serviceAccount: "b" }, { now: Date.now(), lifeMs: 3600_000 });
  expect(issued.ok && isSignedBy(issued.value.chain[0] ?? "", next.certPem)).toBe(true);
  expect(lines.join("")).not.toContain("no longer trusted");

  await change({ "root-cert.pem": "" });
  clock.move(60_000);
  await publishedBecomes([next.certPem]);
  expect(lines.join(""), "who takes trust away is told").toContain("no longer trusted");
});

test("a change that cannot sign is told and not taken over; a Secret that was deleted is put back", async () => {
  const { authority, clock } = await running();
  const before = authority.trustBundle(Date.now());
  const other = await createRoot({ trustDomain: "cluster.local", now: Date.now() });
  await change({ "ca-cert.pem": other.certPem });
  clock.move(60_000);
  await expect.poll(() => lines.join("")).toContain("do not belong together");
  expect(authority.trustBundle(Date.now())).toBe(before);
  await server.admin.json({ method: "DELETE", path: secret });
  await expect.poll(() => clock.planned()).toBe(2);
  clock.move(60_000);
  const stored = () => server.admin.json<{ data: Record<string, string> }>({ path: secret }).catch(() => undefined);
  await expect.poll(async () => Buffer.from((await stored())?.data["ca-cert.pem"] ?? "", "base64").toString()).toBe(before);
});

test("an authority that an operator gives is taken over within a minute, and stays when its Secret is gone", async () => {
  const { authority, tls, clock } = await running();
  const { root, middle, certificate, key } = makeIntermediate();
  const folder = `/api/v1/namespaces/${SYSTEM}/secrets`;
  const stringData = { "ca-cert.pem": certificate, "ca-key.pem": key, "cert-chain.pem": certificate + middle, "root-cert.pem": root };
  await server.admin.json({ method: "POST", path: folder, body: { metadata: { name: "cacerts" }, stringData } });
  clock.move(60_000);
  await publishedBecomes([root]);
  await expect.poll(() => isSignedBy(tls.current().certPem, certificate)).toBe(true);
  expect(authority.trustBundle(Date.now())).toBe(root);
  await server.admin.json({ method: "DELETE", path: `${folder}/cacerts` });
  await expect.poll(() => clock.planned()).toBe(2);
  clock.move(60_000);
  await expect.poll(() => lines.join("")).toContain("what it held stays in force");
  expect(authority.trustBundle(Date.now())).toBe(root);
});
