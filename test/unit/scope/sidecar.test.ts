import { describe, expect, test } from "vitest";
import type { SidecarSpec } from "../../../src/api/networking/sidecar.ts";
import { destinationRulesOf } from "../../../src/scope/destination-rule.ts";
import { outboundPolicy } from "../../../src/scope/egress.ts";
import { isReachable, reachableHosts } from "../../../src/scope/reachable-hosts.ts";
import { scopeId } from "../../../src/scope/scope-id.ts";
import { bareHostsOf, virtualServiceOf } from "../../../src/scope/virtual-service.ts";
import { hostArg, visiblePorts } from "../../../src/scope/visible-services.ts";
import { stored, worldOf } from "../model/world.ts";

const SCOPE = scopeId({ namespace: "shop", sidecar: "shop/own", labels: {} });
const sidecar = (spec: SidecarSpec) => stored("Sidecar", "shop/own", spec);
const named = (number: number) => ({ number, name: `p${number}`, protocol: "HTTP" });
const entry = (key: string, host: string, more: object = {}) => stored("ServiceEntry", key, { hosts: [host], ports: [named(80)], ...more });
const rule = (key: string, hosts: string[], to: string, more: object = {}) =>
  stored("VirtualService", key, { hosts, http: [{ route: [{ destination: { host: to } }] }], ...more });

test("a listener with a port serves that port alone, and alone serves it", () => {
  const spec = { egress: [{ port: { number: 81, name: "x", protocol: "HTTP" }, hosts: ["bank/*"] }, { hosts: ["./*"] }] };
  const both = { ports: [named(80), named(81)] };
  const world = worldOf(sidecar(spec), entry("shop/near", "near.com", both), entry("bank/far", "far.com", both));
  expect(world.get(visiblePorts, SCOPE).map((at) => `${at.service.host}:${at.port.number}`)).toEqual(["near.com:80", "far.com:81"]);
});

test("an outbound policy without a mode is REGISTRY_ONLY, the zero of the API's enum; none at all is the mesh's", () => {
  expect(worldOf(sidecar({ outboundTrafficPolicy: {} })).get(outboundPolicy, SCOPE)).toBe("REGISTRY_ONLY");
  expect(worldOf(sidecar({})).get(outboundPolicy, SCOPE)).toBe("ALLOW_ANY");
});

describe("rules of a scope with a Sidecar object", () => {
  const near = sidecar({ egress: [{ hosts: ["./*.near.com"] }] });

  test("a rule for a wildcard concerns the narrower host that is let through, and the other way round", () => {
    const narrow = worldOf(
      sidecar({ egress: [{ hosts: ["./a.near.com"] }] }),
      entry("shop/a", "a.near.com"),
      rule("shop/r", ["*.near.com"], "x.com"),
    );
    expect(narrow.get(virtualServiceOf, hostArg(SCOPE, "a.near.com"))?.name).toBe("r");
  });

  test("a destination that is not let through is reachable all the same, with its owner's rules; what nobody names is not", () => {
    const world = worldOf(
      near,
      entry("shop/a", "a.near.com"),
      entry("bank/b", "b.com"),
      entry("bank/c", "c.com"),
      entry("bank/d", "d.com", { exportTo: ["."] }),
      rule("shop/r", ["a.near.com"], "b.com"),
      rule("shop/s", ["bare.near.com"], "d.com"),
      stored("DestinationRule", "bank/b", { host: "b.com", subsets: [{ name: "v1" }] }),
    );
    expect([...world.get(reachableHosts, SCOPE)]).toEqual(["a.near.com", "b.com"]);
    expect(world.get(destinationRulesOf, hostArg(SCOPE, "b.com")).subsets).toEqual([{ name: "v1" }]);
    expect(["b.com", "c.com"].map((host) => world.get(isReachable, hostArg(SCOPE, host)))).toEqual([true, false]);
    expect(world.get(bareHostsOf, SCOPE)).toEqual(["bare.near.com"]);
    expect(world.get(visiblePorts, SCOPE).map((at) => at.service.host)).toEqual(["a.near.com"]);
  });
});

test("of rules for one host, the one for the caller's namespace alone comes before those for several, whatever their age", () => {
  const made = (key: string, exportTo: string[], created: string) =>
    stored("VirtualService", key, { hosts: ["x.com"], http: [], exportTo }, { created });
  const world = worldOf(
    entry("shop/x", "x.com"),
    made("bank/all", ["*"], "2020"),
    made("bank/some", ["shop", "bank"], "2021"),
    made("shop/own", ["."], "2022"),
  );
  expect(world.get(virtualServiceOf, hostArg("shop", "x.com"))?.name).toBe("own");
  expect(world.get(virtualServiceOf, hostArg("bank", "x.com"))?.name).toBe("some");
  expect(world.get(virtualServiceOf, hostArg("else", "x.com"))?.name).toBe("all");
});
