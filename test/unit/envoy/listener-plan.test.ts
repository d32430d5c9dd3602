import { describe, expect, test } from "vitest";
import { listenerPlan } from "../../../src/envoy/listener-plan.ts";
import { hostArg, visibleHost } from "../../../src/scope/visible-services.ts";
import { stored, worldOf } from "../model/world.ts";

const port = (number: number, protocol?: string) => ({ number, name: `p${number}`, ...(protocol === undefined ? {} : { protocol }) });
const entry = (key: string, host: string, more: object = {}, created?: string) =>
  stored("ServiceEntry", key, { hosts: [host], resolution: "STATIC", ...more }, created === undefined ? {} : { created });

/** Listener → route table and services, as the scope `shop` has them. */
function planOf(world: ReturnType<typeof worldOf>) {
  const plan = world.get(listenerPlan, "shop");
  return Object.fromEntries([...plan].map(([name, { routeName, services }]) => [name, [routeName, ...services.map((s) => s.host)]]));
}

describe("who has the first claim", () => {
  test("on all TCP of a port: the caller's own namespace, then Services, then the oldest, whatever the names", () => {
    const tcp = { ports: [port(5432, "TCP")] };
    const young = entry("bank/young", "aaa.com", tcp, "2026-02-01T00:00:00Z");
    const old = entry("bank/old", "zzz.com", tcp, "2026-01-01T00:00:00Z");
    expect(planOf(worldOf(young, old))).toEqual({ "0.0.0.0_5432": [undefined, "zzz.com"] });
    expect(planOf(worldOf(young, old, entry("shop/own", "mmm.com", tcp, "2026-03-01T00:00:00Z")))).toEqual({
      "0.0.0.0_5432": [undefined, "mmm.com"],
    });
  });

  test("an address is one place, however it is written: Envoy refuses a second listener on it", () => {
    const tcp = { ports: [port(80, "TCP")] };
    const long = entry("bank/long", "long.com", { ...tcp, addresses: ["2001:DB8:0:0::1", "2001:db8::1"] }, "2026-01-01T00:00:00Z");
    const short = entry("bank/short", "short.com", { ...tcp, addresses: ["2001:db8::1"] }, "2026-02-01T00:00:00Z");
    expect(planOf(worldOf(long, short))).toEqual({ "2001:db8::1_80": [undefined, "long.com"] });
  });

  test("nobody takes a Service's address by declaring it too", () => {
    const thief = entry("evil/thief", "aaa.com", { addresses: ["10.96.0.5"], ports: [port(5432)] });
    const service = stored("Service", "bank/db", { clusterIP: "10.96.0.5", ports: [{ name: "tcp", port: 5432 }] });
    expect(planOf(worldOf(thief, service))).toEqual({ "10.96.0.5_5432": [undefined, "db.bank.svc.cluster.local"] });
  });
});

describe("a port of undeclared protocol", () => {
  test("with an address of its own: HTTP there means its host alone", () => {
    expect(planOf(worldOf(entry("shop/x", "x.com", { addresses: ["10.0.0.9"], ports: [port(80)] })))).toEqual({
      "10.0.0.9_80": ["x.com:80", "x.com"],
    });
  });

  test("without one: HTTP is told apart by host in the table of the port", () => {
    const world = worldOf(entry("shop/x", "x.com", { ports: [port(80)] }), entry("shop/y", "y.com", { ports: [port(80, "HTTP")] }));
    expect(planOf(world)).toEqual({ "0.0.0.0_80": ["80", "x.com"] });
  });
});

test("a headless Service has a listener for each pod, not one for all addresses; ExternalName has none for TCP", () => {
  const ports = [{ name: "tcp", port: 5432 }];
  const world = worldOf(
    stored("Service", "bank/db", { clusterIP: "None", ports }),
    stored(
      "EndpointSlice",
      "bank/db-1",
      {
        addressType: "IPv4",
        ports: [{ name: "tcp", port: 5432 }],
        endpoints: [{ addresses: ["10.0.0.1"] }, { addresses: ["10.0.0.2"] }],
      },
      { labels: { "kubernetes.io/service-name": "db" } },
    ),
    stored("Service", "bank/alias", { type: "ExternalName", externalName: "db.example.com", ports: [{ name: "tcp", port: 5433 }] }),
  );
  const host = "db.bank.svc.cluster.local";
  expect(planOf(world)).toEqual({ "10.0.0.1_5432": [undefined, host], "10.0.0.2_5432": [undefined, host] });
});

test("no listener on the proxy's own ports, on ports that do not exist, or on addresses that are none", () => {
  const odd = entry("shop/odd", "odd.com", { ports: [15001, 15006, 0, 70000].map((number) => port(number, "HTTP")) });
  const addresses = entry("shop/a", "a.com", { addresses: ["nonsense", "10.0.0.300", "10.0.0.0/40"], ports: [port(9000, "TCP")] });
  expect(planOf(worldOf(odd, addresses))).toEqual({});
  expect(
    worldOf(odd)
      .get(visibleHost, hostArg("shop", "odd.com"))
      .map((at) => at.port.number),
  ).toEqual([15001, 15006]);
});
