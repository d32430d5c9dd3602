import { expect, test } from "vitest";
import { idOf, type Query } from "../../../src/model/evaluation.ts";
import { meshConfiguration } from "../../../src/model/indexes/mesh-configuration.ts";
import { virtualServicesFor } from "../../../src/model/indexes/rules.ts";
import { meshOutboundPolicy } from "../../../src/scope/mesh-settings.ts";
import { arrivals, replacing, stored, worldOf } from "./world.ts";

const mesh = (spec: Parameters<typeof stored<"MeshConfig">>[2]) => stored("MeshConfig", "/mesh", spec);

const policy: Query<string> = { name: "policy", compute: (reader) => reader.get(meshOutboundPolicy, "") };
const rules: Query<number> = { name: "rules", compute: (reader, host) => reader.ask(virtualServicesFor, host).length };

test("an answer is computed once, and again only when what it asked has changed", () => {
  const world = worldOf(mesh({}));
  expect(world.get(policy, "")).toBe("ALLOW_ANY");
  const { computed } = world.count();
  world.get(policy, "");
  world.then(arrivals(stored("Namespace", "/shop", {})));
  world.get(policy, "");
  expect(world.count().computed).toBe(computed);
  world.then(replacing(mesh({}), mesh({ outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } })));
  expect(world.get(policy, "")).toBe("REGISTRY_ONLY");
});

test("an input that comes out equal stops the change", () => {
  const world = worldOf(mesh({}));
  world.get(policy, "");
  const before = world.count().computed;
  world.then(replacing(mesh({}), mesh({ outboundTrafficPolicy: { mode: "ALLOW_ANY" } })));
  world.get(policy, "");
  expect(world.count().computed - before, "the mesh's policy again, what rests on it not").toBe(1);
});

test("a field that nobody asked about touches nothing", () => {
  const world = worldOf(mesh({}));
  world.get(policy, "");
  expect(world.then(replacing(mesh({}), mesh({ connectTimeout: "5s" }))).size).toBe(0);
});

test("an arrival where nothing was invalidates what had asked in vain", () => {
  const world = worldOf();
  expect(world.get(rules, "api.example.com")).toBe(0);
  const touched = world.then(arrivals(stored("VirtualService", "shop/api", { hosts: ["api.example.com"], http: [] })));
  expect([...touched]).toEqual([idOf(rules, "api.example.com")]);
  expect(world.get(rules, "api.example.com")).toBe(1);
});

test("a released answer goes, with all that only it rested on", () => {
  const world = worldOf(mesh({}));
  world.get(policy, "");
  world.hold(idOf(policy, ""));
  expect(world.size()).toBe(2);
  world.release(idOf(policy, ""));
  expect(world.size()).toBe(0);
});

test("a query that asks for itself is a bug and says so", () => {
  const circle: Query<number> = { name: "circle", compute: (reader) => reader.get(circle, "") };
  expect(() => worldOf().get(circle, "")).toThrow("query asks for itself: circle: → circle:");
});

test("a query that throws recovers where it says how, and is reported", () => {
  const poison: Query<string> = {
    name: "poison",
    compute: (reader) => {
      reader.ask(meshConfiguration, "outbound");
      throw new Error("boom");
    },
    recover: () => "nothing",
  };
  const world = worldOf();
  expect(() => world.get(poison, "x")).toThrow("poison x");
});
