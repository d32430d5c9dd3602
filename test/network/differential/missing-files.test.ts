// A DestinationRule may name files that a proxy does not have, which nobody but the proxy can know: it harms its own host alone.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stored } from "../../unit/model/world.ts";
import { ENVOY } from "../xds/envoy-process.ts";
import { type ControlledEnvoys, startControlledEnvoys } from "./controlled-envoys.ts";

const entry = (name: string) =>
  stored("ServiceEntry", `shop/${name}`, {
    hosts: [`${name}.test`],
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
    resolution: "STATIC",
    endpoints: [{ address: "192.0.2.7" }],
  });

const rule = (name: string, tls: object) =>
  stored("DestinationRule", `shop/${name}`, { host: `${name}.test`, trafficPolicy: { tls } } as never);

const AUTHORITIES = { mode: "SIMPLE", caCertificates: "/nonexistent/ca.pem" };
const CERTIFICATE = { mode: "MUTUAL", clientCertificate: "/nonexistent/own.pem", privateKey: "/nonexistent/own.key" };
const WHO = ["sidecar", "gateway"] as const;

async function clustersOf(envoys: ControlledEnvoys, who: (typeof WHO)[number]): Promise<readonly string[]> {
  const dump = await envoys.admin(who, "/config_dump?resource=dynamic_active_clusters&mask=cluster.name");
  return [...dump.matchAll(/outbound\|80\|\|(\w+)\.test/g)].map(([, name = ""]) => name).sort();
}

async function bothHold(envoys: ControlledEnvoys, names: readonly string[]): Promise<void> {
  for (const who of WHO) expect(await clustersOf(envoys, who), who).toEqual(names);
}

describe("proxies that run", () => {
  let envoys: ControlledEnvoys;
  beforeAll(async () => {
    envoys = await startControlledEnvoys(ENVOY);
  });
  afterAll(() => envoys?.stop());

  test.each([
    ["authorities", AUTHORITIES, "Invalid path: /nonexistent/ca.pem"],
    ["a certificate", CERTIFICATE, "/nonexistent/own.key"],
  ])("with %s in a file that is not there, a host has no cluster, and all others come and go as before", async (_, tls, why) => {
    const { rejected, leftOut, warming } = await envoys.show([entry("bad"), entry("good"), rule("bad", tls)]);
    expect(rejected).toHaveLength(2);
    for (const reason of rejected) expect(reason).toMatch(/^(sidecar|router) Cluster outbound\|80\|\|bad\.test: .*/);
    for (const reason of rejected) expect(reason).toContain(why);
    expect({ leftOut, warming }).toEqual({ leftOut: [], warming: [] });
    await bothHold(envoys, ["good"]);
    const later = await envoys.show([entry("bad"), entry("good"), entry("later"), rule("bad", tls)]);
    expect(later).toEqual({ rejected: [], leftOut: [], warming: [] });
    await bothHold(envoys, ["good", "later"]);
    expect(await envoys.show([entry("bad"), entry("later")])).toEqual({ rejected: [], leftOut: [], warming: [] });
    await bothHold(envoys, ["bad", "later"]);
    await envoys.show([]);
  });

  test("a cluster that is there already stays as it was until a better rule comes", async () => {
    await envoys.show([entry("once")]);
    const { rejected } = await envoys.show([entry("once"), rule("once", AUTHORITIES)]);
    expect(rejected).toHaveLength(2);
    await bothHold(envoys, ["once"]);
    for (const who of WHO) expect(await envoys.admin(who, "/config_dump?resource=dynamic_active_clusters")).not.toContain("/nonexistent");
    expect(await envoys.show([entry("once"), rule("once", { mode: "DISABLE" })])).toEqual({ rejected: [], leftOut: [], warming: [] });
    for (const who of WHO)
      expect(await envoys.admin(who, "/config_dump?resource=dynamic_active_clusters")).toContain("destination-rule/once");
  });
});

test("proxies that start where a file is missing have everything else", async () => {
  const envoys = await startControlledEnvoys(ENVOY, [entry("bad"), entry("good"), rule("bad", AUTHORITIES)]);
  try {
    await bothHold(envoys, ["good"]);
    for (const who of WHO) expect(JSON.parse(await envoys.admin(who, "/server_info"))).toMatchObject({ state: "LIVE" });
    expect(await envoys.admin("sidecar", "/config_dump?resource=dynamic_listeners")).toContain('"active_state"');
    expect(await envoys.show([entry("bad"), entry("good"), entry("later"), rule("bad", AUTHORITIES)])).toMatchObject({ rejected: [] });
    await bothHold(envoys, ["good", "later"]);
  } finally {
    await envoys.stop();
  }
});
