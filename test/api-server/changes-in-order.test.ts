// Objects that belong together, changed one right after the other at a real API server: the webhook sees the first by its watch, a moment
// later than it is stored.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installed, installFairlead } from "./installed.ts";

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
});
afterAll(() => cluster?.stop());

const apply = (...objects: readonly object[]) =>
  cluster.kubectl(["apply", "-f", "-"], objects.map((object) => JSON.stringify(object)).join("\n---\n"));

const ours = (kind: string, name: string, spec: object) => ({
  apiVersion: "networking.istio.io/v1",
  kind,
  metadata: { name, namespace: "default" },
  spec,
});

const gateway = (host: string) =>
  ours("Gateway", "edge", {
    selector: { istio: "own" },
    servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: [host] }],
  });

const routes = (host: string) =>
  ours("VirtualService", "routes", { hosts: [host], gateways: ["edge"], http: [{ redirect: { uri: "/elsewhere" } }] });

test("a host that was added to a gateway just now may be routed; one that was not is refused, and the owner is not locked out", async () => {
  for (let round = 0; round < 8; round++) {
    const host = `host-${round}.example.com`;
    expect(await apply(gateway(host), routes(host))).toMatchObject({ code: 0 });
  }
  const refused = await apply(routes("nowhere.example.com"));
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("FL1004");
  // Another has changed the gateway since: the routes' owner may still change something else.
  expect(await apply(gateway("another.example.com"))).toMatchObject({ code: 0 });
  const { spec, ...rest } = routes("host-7.example.com");
  const later = await apply({ ...rest, spec: { ...spec, exportTo: ["."] } });
  expect(later).toMatchObject({ code: 0 });
  expect(later.stderr).toContain("FL1004");
});

test("one port in two ways is refused, whoever comes second", async () => {
  const entry = (name: string, protocol: string) =>
    ours("ServiceEntry", name, {
      hosts: ["api.example.com"],
      ports: [{ number: 443, name: "port", protocol }],
      resolution: "DNS",
    });
  expect(await apply(entry("first", "TLS"))).toMatchObject({ code: 0 });
  const second = await apply(entry("second", "HTTP"));
  expect(second.code).not.toBe(0);
  expect(second.stderr).toContain("FL1012");
  expect(await apply(entry("first", "HTTP"), entry("second", "HTTP"))).toMatchObject({ code: 0 });
});
