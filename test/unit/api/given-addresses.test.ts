import { describe, expect, it, test } from "vitest";
import { decode, inspect } from "../../../src/api/decode.ts";
import { hostsToAddress } from "../../../src/api/hosts-to-address.ts";
import type { StoredObject } from "../../../src/api/object.ts";
import { judge } from "../../../src/main/judges.ts";

const raw = (status: unknown, more: object = {}) => ({
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: { name: "a", namespace: "shop" },
  spec: { hosts: ["a.example.com"], resolution: "DNS", ports: [{ number: 80, name: "http", protocol: "HTTP" }] },
  status,
  ...more,
});
const A = { value: "240.240.0.1", host: "a.example.com" };
const A6 = { value: "2001:2::1", host: "a.example.com" };
const status = (value: unknown) => inspect(raw(value)).object?.status;

describe("the status of a ServiceEntry", () => {
  it("tells the addresses that were given, in their order, and nothing else", () => {
    expect(status({ conditions: [{ type: "Accepted" }], addresses: [A6, { ...A, zone: 1 }] })).toEqual({ addresses: [A6, A] });
    expect(Object.keys(decode(raw({ addresses: [A] }), "a.yaml:1"))).toEqual(["ok", "value"]);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a list", [A]],
    ["text", "addresses"],
    ["no list of addresses", { addresses: { 0: A, length: 1 } }],
    ["an empty list", { addresses: [] }],
    ["members that are none", { addresses: [null, 1, "240.240.0.1", [A], {}, { value: 1, host: "a" }, { value: A.value }] }],
    [
      "no address of the network",
      { addresses: ["240.240.0", "240.240.0.01", "a.example.com", "", "::g", "fe80::1%eth0"].map((value) => ({ ...A, value })) },
    ],
    ["a host without a letter", { addresses: [{ ...A, host: "" }] }],
    ["what is inherited", { addresses: [Object.create(A)] }],
    [
      "an address in megabytes",
      {
        addresses: [
          { ...A, value: "1:".repeat(2_000_000) },
          { ...A, host: "a".repeat(2_000_000) },
        ],
      },
    ],
  ])("that is %s tells no address, and is never a finding", (_, value) => {
    const { object, findings } = inspect(raw(value));
    expect(object).toBeDefined();
    expect(object).not.toHaveProperty("status");
    expect(findings).toEqual([]);
  });

  it("is not led astray by names of prototypes, and passes over what is malformed", () => {
    const hostile: unknown = JSON.parse(
      `{"__proto__": {"addresses": []}, "constructor": 1, "addresses": [{"__proto__": {"value": "240.240.0.9"}, "host": "b"}, ${JSON.stringify(A)}]}`,
    );
    expect(status(hostile)).toEqual({ addresses: [A] });
    expect(status(JSON.parse(`{"__proto__": {"addresses": [${JSON.stringify(A)}]}}`))).toBeUndefined();
  });

  it("is read as far as an entry can have addresses", () => {
    expect(status({ addresses: Array.from({ length: 1_000_000 }, () => A) })?.addresses).toHaveLength(1024);
  });

  it("is read of no other kind, and makes no difference to what is told of an object", () => {
    const of = (kind: string, spec: object) => decode({ ...raw({ addresses: [A] }), kind, spec });
    const others = [of("WorkloadEntry", { address: "10.0.0.1" }), of("DestinationRule", { host: "a" }), of("Gateway", { servers: [] })];
    for (const other of others) expect(other.ok && "status" in other.value).toBe(false);
    expect(judge(raw({ addresses: [A] }))).toEqual(judge(raw(undefined)));
    expect(inspect(raw({ addresses: [A] }, { spec: { hosts: 1 } })).fitting).not.toHaveProperty("status");
  });
});

const entry = (spec: object, labels: object = {}) =>
  ({
    kind: "ServiceEntry",
    metadata: { labels },
    spec: { hosts: ["a.example.com"], resolution: "DNS", ...spec },
  }) as unknown as StoredObject<"ServiceEntry">;
const SWITCH = "networking.istio.io/enable-autoallocate-ip";

test.each<[string, object, object, readonly string[]]>([
  ["all of its hosts", { hosts: ["a.example.com", "B.example.com"], resolution: "STATIC" }, {}, ["a.example.com", "B.example.com"]],
  ["those without a wildcard", { hosts: ["*.example.com", "a.example.com", "*"], resolution: "DNS_ROUND_ROBIN" }, {}, ["a.example.com"]],
  ["a host that is written twice once", { hosts: ["a.example.com", "A.example.com"] }, {}, ["A.example.com"]],
  ["none where addresses are written", { addresses: ["10.0.0.1"] }, {}, []],
  ["those of an empty list of addresses", { addresses: [] }, {}, ["a.example.com"]],
  ["none where the caller's address counts", { resolution: "NONE" }, {}, []],
  ["none where nothing is resolved", { resolution: undefined }, {}, []],
  ["none of DYNAMIC_DNS", { resolution: "DYNAMIC_DNS", hosts: ["*.example.com", "a.example.com"] }, {}, []],
  ["none where the label says so", {}, { [SWITCH]: "false" }, []],
  ["none where the label says so in capitals", {}, { [SWITCH]: "False" }, []],
  ["those of a label that does not say so", {}, { [SWITCH]: "true" }, ["a.example.com"]],
  ["those of a label that says something else", {}, { [SWITCH]: "0" }, ["a.example.com"]],
])("an entry gets addresses for %s", (_, spec, labels, expected) => {
  expect(hostsToAddress(entry(spec, labels))).toEqual(expected);
});
