import { expect, test } from "vitest";
import type { VerifiedPeer } from "../../../src/rpc/call-context.ts";
import { identify } from "../../../src/xds/identify.ts";
import { pod } from "./xds-world.ts";

const ID = "sidecar~10.0.0.1~client.a~a.svc.cluster.local";
const options = { trustDomain: "cluster.local", now: 1000, lookup: () => pod("a", "client", "app") };
const peer = (...uris: string[]): VerifiedPeer => ({ uris, notAfter: 2000, serial: "1" });

test.each([
  ["foreign-trust-domain", peer("spiffe://other.example/ns/a/sa/app")],
  ["no-workload-name", peer()],
  ["no-workload-name", peer("spiffe://cluster.local/ns/a/sa/app", "spiffe://cluster.local/ns/b/sa/app")],
  ["no-workload-name", peer("https://cluster.local/ns/a/sa/app")],
  ["expired-certificate", { ...peer("spiffe://cluster.local/ns/a/sa/app"), notAfter: 1000 }],
])("%s", (reason, verified) => {
  expect(identify(verified, ID, options)).toMatchObject({ ok: false, error: { reason } });
});

test("a pod without a named service account runs as `default`; a WorkloadEntry may stand for a machine", () => {
  const unnamed = { ...pod("a", "client", ""), spec: {} };
  const machine = { ...unnamed, kind: "WorkloadEntry", spec: { address: "10.0.0.1", serviceAccount: "vm" } } as const;
  const byDefault = identify(peer("spiffe://cluster.local/ns/a/sa/default"), ID, { ...options, lookup: () => unnamed });
  expect(byDefault).toMatchObject({ ok: true, value: { serviceAccount: "default" } });
  expect(identify(peer("spiffe://cluster.local/ns/a/sa/vm"), ID, { ...options, lookup: () => machine })).toMatchObject({ ok: true });
});
