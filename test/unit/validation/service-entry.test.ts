import { describe, expect, it } from "vitest";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { type Case, findings } from "./verdict.ts";

const http = { number: 80, name: "http", protocol: "HTTP" };
const tcp = { number: 5432, name: "db", protocol: "TCP" };
const hosts = ["api.example.com"];
const endpoints = [{ address: "10.0.0.1" }];

const CASES: readonly Case[] = [
  ["DNS", { hosts, ports: [http], resolution: "DNS" }, []],
  ["NONE with a wildcard", { hosts: ["*.example.com"], ports: [http] }, []],
  ["STATIC with endpoints", { hosts, ports: [http], resolution: "STATIC", endpoints }, []],
  ["STATIC with a selector", { hosts, ports: [http], resolution: "STATIC", workloadSelector: { labels: { app: "a" } } }, []],
  ...["DNS", "DNS_ROUND_ROBIN"].map(
    (resolution): Case => [
      `${resolution} with a selector`,
      { hosts, ports: [http], resolution, workloadSelector: { labels: { app: "a" } } },
      ["FL0330 spec.workloadSelector?"],
    ],
  ),
  [
    "endpoints and selector",
    { hosts, ports: [http], resolution: "STATIC", endpoints, workloadSelector: { labels: { app: "a" } } },
    ["FL0301 spec.workloadSelector"],
  ],
  ["every host", { hosts: ["*"], ports: [http] }, ["FL0302 spec.hosts[0]"]],
  ["a port of the sidecar", { hosts, ports: [{ number: 15001, name: "http", protocol: "HTTP" }] }, ["FL0326 spec.ports[0].number?"]],
  ...[15006, 15021, 15090].map(
    (number): Case => ["another port of the sidecar", { hosts, ports: [{ ...http, number }] }, ["FL0326 spec.ports[0].number?"]],
  ),
  // Nothing outbound is bound there: calls to them leave the pod as any other.
  ...[15000, 15020].map(
    (number): Case => ["a port of the agent or of Envoy's administration", { hosts, ports: [{ ...http, number }] }, []],
  ),
  ["bad host", { hosts: ["a.example.com", "a_b.example.com"], ports: [http] }, ["FL0202 spec.hosts[1]"]],
  ["wildcard inside a label", { hosts: ["*example.com"], ports: [http] }, ["FL0303 spec.hosts[0]?"]],
  ["bad address", { hosts, addresses: ["10.0.0.1", "10.0.0.0/40"], ports: [http] }, ["FL0205 spec.addresses[1]"]],
  ["range with DNS", { hosts, addresses: ["10.0.0.0/8"], ports: [http], resolution: "DNS" }, ["FL0321 spec.addresses[0]"]],
  ["port 0", { hosts, ports: [{ ...http, number: 0 }] }, ["FL0206 spec.ports[0].number"]],
  ["unknown protocol", { hosts, ports: [{ ...http, protocol: "SMTP" }] }, ["FL0207 spec.ports[0].protocol"]],
  ["bad port name", { hosts, ports: [{ ...http, name: "a.b" }] }, ["FL0208 spec.ports[0].name"]],
  ["port twice", { hosts, ports: [http, { ...http, name: "other" }] }, ["FL0222 spec.ports[1].number"]],
  ["port name twice", { hosts, ports: [http, { ...http, number: 81 }] }, ["FL0222 spec.ports[1].name"]],
  ["endpoints with NONE", { hosts, ports: [http], endpoints }, ["FL0304 spec.endpoints"]],
  ["STATIC without endpoints", { hosts, ports: [http], resolution: "STATIC" }, ["FL0305 spec.endpoints?"]],
  [
    "STATIC with a name",
    { hosts, ports: [http], resolution: "STATIC", endpoints: [{ address: "a.b" }] },
    ["FL0306 spec.endpoints[0].address"],
  ],
  ["DNS with a wildcard", { hosts: ["*.example.com"], ports: [http], resolution: "DNS" }, ["FL0307 spec.hosts[0]"]],
  [
    "two names for round robin",
    { hosts, ports: [http], resolution: "DNS_ROUND_ROBIN", endpoints: [{ address: "a.b" }, { address: "c.d" }] },
    ["FL0308 spec.endpoints"],
  ],
  [
    "socket with DNS",
    { hosts, ports: [http], resolution: "DNS", endpoints: [{ address: "unix:///a" }] },
    ["FL0309 spec.endpoints[0].address"],
  ],
  [
    "socket, relative",
    { hosts, ports: [http], resolution: "STATIC", endpoints: [{ address: "unix://a" }] },
    ["FL0225 spec.endpoints[0].address"],
  ],
  [
    "unknown port name",
    { hosts, ports: [http], resolution: "STATIC", endpoints: [{ address: "10.0.0.1", ports: { web: 8080 } }] },
    ["FL0312 spec.endpoints[0].ports.web"],
  ],
  [
    "address with port",
    { hosts, ports: [http], resolution: "DNS", endpoints: [{ address: "a.b:80" }] },
    ["FL0313 spec.endpoints[0].address"],
  ],
  ["DYNAMIC_DNS with a name", { hosts, ports: [http], resolution: "DYNAMIC_DNS" }, ["FL0315 spec.hosts[0]"]],
  [
    "DYNAMIC_DNS with TCP",
    { hosts: ["*.a.b"], ports: [tcp], resolution: "DYNAMIC_DNS" },
    ["FL0317 spec.ports[0].protocol", "FL0319 spec.ports[0]?"],
  ],
  ["TCP without addresses", { hosts, ports: [tcp], resolution: "DNS" }, ["FL0319 spec.ports[0]?"]],
  ["TCP with an address", { hosts, addresses: ["10.0.0.1"], ports: [tcp], resolution: "DNS" }, []],
  ["exported to none", { hosts, ports: [http], exportTo: ["~"] }, []],
  ["exported to none and some", { hosts, ports: [http], exportTo: ["~", "a"] }, ["FL0216 spec.exportTo"]],
  ["exported to all and some", { hosts, ports: [http], exportTo: ["*", "a"] }, ["FL0217 spec.exportTo"]],
  ["exported twice", { hosts, ports: [http], exportTo: ["a", "a"] }, ["FL0215 spec.exportTo[1]"]],
  ["exported to no namespace", { hosts, ports: [http], exportTo: ["A!"] }, ["FL0214 spec.exportTo[0]"]],
];

describe("ServiceEntry", () => {
  it.each(CASES)("%s", (_, spec, found) => expect(findings("ServiceEntry", spec)).toEqual(found));

  it("says what is wrong and what to write instead", () => {
    const spec = { hosts, ports: [http], resolution: "STATIC", endpoints, workloadSelector: { labels: { app: "a" } } };
    const { errors } = validateObject({ apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata: { name: "a" }, spec });
    expect(errors.map(({ message }) => message)).toEqual([
      "both endpoints and workloadSelector are set, and only one can say where the service is; keep endpoints, or workloadSelector",
    ]);
  });
});

describe("WorkloadEntry and WorkloadGroup", () => {
  it.each<readonly [string, string, unknown, readonly string[]]>([
    ["address", "WorkloadEntry", { address: "10.0.0.1", ports: { http: 8080 } }, []],
    ["no address", "WorkloadEntry", {}, ["FL0314 spec.address"]],
    ["network alone", "WorkloadEntry", { network: "vm" }, []],
    ["socket with ports", "WorkloadEntry", { address: "unix:///a", ports: { http: 8080 } }, ["FL0310 spec.ports"]],
    ["bad port", "WorkloadEntry", { address: "10.0.0.1", ports: { http: 0 } }, ["FL0206 spec.ports.http"]],
    [
      "bad label",
      "WorkloadEntry",
      { address: "10.0.0.1", labels: { "a b": "c", d: "e!" } },
      ['FL0209 spec.labels["a b"]', "FL0209 spec.labels.d"],
    ],
    ["template", "WorkloadGroup", { template: {}, probe: { tcpSocket: { port: 80 } } }, []],
    ["probe of nothing", "WorkloadGroup", { template: {}, probe: {} }, ["FL0324 spec.probe"]],
    ["two probes", "WorkloadGroup", { template: {}, probe: { tcpSocket: { port: 80 }, httpGet: { port: 80 } } }, ["FL0220 spec.probe"]],
    ["probe without command", "WorkloadGroup", { template: {}, probe: { exec: { command: [] } } }, ["FL0325 spec.probe.exec.command"]],
  ])("%s", (_, kind, spec, found) => expect(findings(kind, spec)).toEqual(found));
});
