// The webhooks' certificate and its authority are renewed, again and again, by two controllers without a restart, while pods and objects of
// ours are admitted: nobody who trusts the published caBundle may meet a certificate that it does not verify. The API server keeps its
// connections; so each controller is dialled anew as well, all the time.
import { resolve } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { certificateInfo, isSignedBy } from "../../src/pki/certificate-info.ts";
import { runs } from "../soak/runs.ts";
import { until } from "./child.ts";
import { type Bare, must, openBare } from "./installed.ts";
import type { Replica } from "./replica.ts";
import { ENTRY } from "./sample-entry.ts";

const SYSTEM = "istio-system";
/** An authority is due after 26 s and signs 3 s later; the certificate is due after 13 s. */
const LIVES = ["--webhook-authority-life", "40s", "--webhook-certificate-life", "20s"];

let cluster: Bare;
let replicas: readonly Replica[];
beforeAll(async () => {
  cluster = await openBare();
  must(await cluster.helm(["install", "fairlead", resolve("charts/fairlead"), "-n", SYSTEM, "--create-namespace"]));
  replicas = [await cluster.startRevision("", LIVES), await cluster.startReplica("fairlead-1", LIVES)];
  must(await cluster.kubectl(["create", "namespace", "shop"]));
  must(await cluster.kubectl(["label", "namespace", "shop", "istio-injection=enabled"]));
  const account = async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", "shop"])).code === 0;
  await until(account, () => "no service account in shop");
});
afterAll(() => cluster?.stop());

const POD = { metadata: { name: "p" }, spec: { containers: [{ name: "app", image: "a" }] } };

const dryRun = <T>(path: string, body: object) => cluster.server.admin.json<T>({ method: "POST", path, query: { dryRun: "All" }, body });

/** One pod, injected and verified but not stored, or one object of ours, judged but not stored: how it went wrong, or undefined. */
async function admit(what: "pod" | "object"): Promise<string | undefined> {
  try {
    if (what === "object") return void (await dryRun("/apis/networking.istio.io/v1/namespaces/shop/serviceentries", ENTRY));
    const made = await dryRun<{ spec: { initContainers?: readonly object[] } }>("/api/v1/namespaces/shop/pods", POD);
    return made.spec.initContainers?.length === 2 ? undefined : "not injected";
  } catch (error) {
    return String(error);
  }
}

/** As the API server dials: by what is published, under the Service's name. How it went wrong, or undefined. */
async function dial(port: number): Promise<string | undefined> {
  const path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/fairlead-istio-system-injector";
  const { webhooks } = await cluster.server.admin.json<{ webhooks: readonly { clientConfig: { caBundle: string } }[] }>({ path });
  const ca = Buffer.from(webhooks[0]?.clientConfig.caBundle ?? "", "base64").toString();
  return new Promise((resolved) => {
    const socket = connect({ host: "127.0.0.1", port, ca, servername: `fairlead.${SYSTEM}.svc` });
    const done = (outcome: string | undefined): void => {
      socket.destroy();
      resolved(outcome);
    };
    socket.once("secureConnect", () => done(undefined));
    socket.once("error", (error) => done(String(error)));
  });
}

interface Rotations {
  readonly certificates: ReadonlySet<string>;
  readonly authorities: ReadonlySet<string>;
}

/** What is in the Secret now, beside what was there. */
async function look({ certificates, authorities }: Rotations): Promise<Rotations> {
  const path = `/api/v1/namespaces/${SYSTEM}/secrets/fairlead-webhook`;
  const { data } = await cluster.server.admin.json<{ data: Readonly<Record<string, string>> }>({ path });
  const pem = (key: string): string => Buffer.from(data[key] ?? "", "base64").toString();
  const serving = pem("tls.crt");
  const all = Object.keys(data).filter((key) => /^ca-\d+\.crt$/.test(key));
  const signer = all.map(pem).find((authority) => isSignedBy(serving, authority)) ?? "";
  const id = (certificate: string): string => certificateInfo(certificate)?.fingerprint ?? "none";
  return { certificates: new Set([...certificates, id(serving)]), authorities: new Set([...authorities, id(signer)]) };
}

test("while certificate and authority are renewed, every pod and every object is admitted", async () => {
  const [admissions, rotations] = [runs({ usual: 1_000, soak: 10_000 }), runs({ usual: 2, soak: 20 })];
  let seen: Rotations = { certificates: new Set(), authorities: new Set() };
  let admitted = 0;
  const failures: string[] = [];
  const isDone = (): boolean => admitted >= admissions && Math.min(seen.certificates.size, seen.authorities.size) > rotations;
  while (!isDone() && failures.length < 10) {
    seen = await look(seen);
    const admitting = Array.from({ length: 10 }, (_, i) => admit(i % 2 === 0 ? "pod" : "object"));
    admitted += admitting.length;
    const outcomes = await Promise.all([...admitting, ...replicas.map(({ webhookPort }) => dial(webhookPort))]);
    failures.push(...outcomes.filter((outcome) => outcome !== undefined));
  }
  expect(failures, replicas.map((replica) => replica.log().slice(-2000)).join("\n")).toEqual([]);
  expect(seen.authorities).not.toContain("none");
});
