// One object that holds what Envoy would refuse must harm only itself. (The webhook refuses most of these; it may have been away.)
import { expect, test } from "vitest";
import type { StoredObject } from "../../../src/api/object.ts";
import { createEvaluation } from "../../../src/model/evaluation.ts";
import { ALL_INDEXES } from "../../../src/model/indexes/all.ts";
import { advance, emptySnapshot } from "../../../src/model/snapshot.ts";
import { serviceEndpoints } from "../../../src/scope/service-endpoints.ts";
import { arrivals, stored } from "../model/world.ts";

const PORT = { number: 80, name: "http", protocol: "HTTP" };

/** The endpoints of ServiceEntry shop/x for x.com, and what was left out of them. */
function endpointsOf(...objects: StoredObject[]) {
  const left: string[] = [];
  const evaluation = createEvaluation((_, __, reason) => left.push((reason as Error).message));
  const { snapshot, changed } = advance(emptySnapshot, arrivals(...objects), ALL_INDEXES);
  evaluation.advance(snapshot, changed);
  return { found: evaluation.get(serviceEndpoints, "ServiceEntry/shop/x/x.com/80").map((e) => e.address), left };
}

const entry = (resolution: "STATIC" | "DNS", ...endpoints: object[]) =>
  stored("ServiceEntry", "shop/x", { hosts: ["x.com"], ports: [PORT], resolution, endpoints });

test.each([
  ["a name under STATIC", { address: "db.example.com" }, 'endpoint "db.example.com" is not an IP address'],
  ["no address", {}, 'endpoint "" is not an IP address'],
  ["leading zeros", { address: "010.1.1.1" }, 'endpoint "010.1.1.1" is not an IP address'],
  ["a zone", { address: "fe80::1%eth0" }, 'endpoint "fe80::1%eth0" is not an IP address'],
  ["port 0", { address: "10.0.0.2", ports: { http: 0 } }, "endpoint 10.0.0.2 has port 0"],
  ["port 70000", { address: "10.0.0.2", ports: { http: 70000 } }, "endpoint 10.0.0.2 has port 70000"],
  ["a socket without a path", { address: "unix://" }, "socket path  is empty or too long"],
])("STATIC: %s is left out, and told; its neighbour stays", (_, bad, told) => {
  expect(endpointsOf(entry("STATIC", bad, { address: "10.0.0.1" }))).toEqual({ found: ["10.0.0.1"], left: [told] });
});

test.each([
  ["a wildcard", { address: "*.example.com" }],
  ["a socket", { address: "unix:///tmp/a" }],
  ["a space", { address: "a b" }],
])("DNS: %s is left out; names and addresses stay", (_, bad) => {
  const { found, left } = endpointsOf(entry("DNS", bad, { address: "my_db.example.com" }, { address: "10.0.0.1" }));
  expect(found).toEqual(["my_db.example.com", "10.0.0.1"]);
  expect(left).toHaveLength(1);
});

test("a WorkloadEntry with a name, chosen by a STATIC ServiceEntry: only it is left out", () => {
  const labels = { app: "x" };
  const world = [
    stored("ServiceEntry", "shop/x", { hosts: ["x.com"], ports: [PORT], resolution: "STATIC", workloadSelector: { labels } }),
    stored("WorkloadEntry", "shop/named", { address: "vm.example.com", labels }),
    stored("WorkloadEntry", "shop/addressed", { address: "10.0.0.1", labels }),
  ];
  expect(endpointsOf(...world).found).toEqual(["10.0.0.1"]);
});
