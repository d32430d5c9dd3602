// What a message advises fits what was written.
import { describe, expect, it } from "vitest";
import { validateMeshConfig } from "../../../src/validation/validate-mesh-config.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";

function told(kind: string, spec: object, metadata: object = {}): readonly string[] {
  const raw = { apiVersion: "networking.istio.io/v1", kind, metadata: { name: "a", namespace: "shop", ...metadata }, spec };
  const { errors, warnings } = validateObject(raw);
  return [...errors, ...warnings].map(({ code, message }) => `${code} ${message}`);
}

const routeTo = (destination: object, more: object = {}) => ({ hosts: ["a"], http: [{ route: [{ destination }], ...more }] });
const NEITHER = "is neither an IP address nor a host name nor a unix:// path";

describe("advice", () => {
  it.each([
    ["10.0.0.1:80", "write 10.0.0.1, and the port into ports"],
    ["[2001:db8::1]:80", "write 2001:db8::1, and the port into ports"],
    ["db.example.com:3306", "write db.example.com, and the port into ports"],
    ["a b", "write one such as 10.0.0.1, 2001:db8::1 or db.example.com"],
    ["fe80::1%eth0", "a zone is an interface of one machine, which no other knows; write an address without one"],
  ])("on the address %s", (address, hint) => {
    expect(told("WorkloadEntry", { address })).toEqual([`FL0313 "${address}" ${NEITHER}; ${hint}`]);
  });

  it.each(["10.0.0.1", "2001:db8::1", "db.example.com"])("is not given on the address %s", (address) => {
    expect(told("WorkloadEntry", { address })).toEqual([]);
  });

  it("shows what was written in place of another type", () => {
    const timeout = (value: unknown) => told("VirtualService", routeTo({ host: "a" }, { retries: { attempts: value } }));
    expect(timeout(1.5)).toEqual(["FL0102 must be a whole number, but is 1.5"]);
    expect(timeout("2")).toEqual(['FL0102 must be a whole number, but is the text "2"']);
    expect(timeout([2])).toEqual(["FL0102 must be a whole number, but is a list"]);
    expect(timeout(2)).toEqual([]);
  });

  it("asks for a duration where a number stands in its place", () => {
    const timeout = (value: unknown) => told("VirtualService", routeTo({ host: "a" }, { timeout: value }));
    expect(timeout(5)).toEqual(["FL0102 must be a duration such as 5s, but is 5"]);
    expect(timeout("5s")).toEqual([]);
  });

  it("quotes names that are given twice, and no numbers", () => {
    const ports = (name: string, number: number) => [
      { number: 443, name: "a", protocol: "HTTPS" },
      { number, name, protocol: "HTTPS" },
    ];
    const entry = (name: string, number: number) =>
      told("ServiceEntry", { hosts: ["a.com"], resolution: "DNS", ports: ports(name, number) });
    expect(entry("b", 443)).toEqual(["FL0222 port number 443 is given twice; each must be different"]);
    expect(entry("a", 444)).toEqual(['FL0222 port name "a" is given twice; each must be different']);
    expect(entry("b", 444)).toEqual([]);
  });

  it("does not move a size that is refused where it stands", () => {
    const hash = (minimumRingSize: number) => ({
      host: "a",
      trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true, minimumRingSize } } },
    });
    const of = (size: number) => {
      const raw = { apiVersion: "networking.istio.io/v1", kind: "DestinationRule", metadata: { name: "a" }, spec: hash(size) };
      const { errors, warnings } = validateObject(raw);
      return [...errors, ...warnings].map(({ code, fix }) => [code, fix !== undefined]);
    };
    expect(of(8_388_609)).toEqual([
      ["FL1405", false],
      ["FL0438", false],
    ]);
    expect(of(8_388_608)).toEqual([["FL0438", true]]);
  });

  it("on a namespace has no dots, on a name it has", () => {
    expect(told("DestinationRule", { host: "a" }, { namespace: "a.b" })).toEqual([
      'FL0228 "a.b" is not a valid namespace; write at most 63 lower-case letters, digits and inner hyphens',
    ]);
    expect(told("DestinationRule", { host: "a" }, { name: "a.b" })).toEqual([]);
    expect(told("DestinationRule", { host: "a" }, { name: "a_b" })[0]).toContain("hyphens and dots");
  });

  it("on a destination names the field of the port, and no wildcard", () => {
    expect(told("VirtualService", routeTo({ host: "a.com:80" }))).toEqual([
      'FL0447 "a.com:80" is a host name with a port; write the host of one service, and its port into port.number',
    ]);
    expect(told("VirtualService", routeTo({ host: "a.com", port: { number: 80 } }))).toEqual([]);
    expect(told("VirtualService", { ...routeTo({ host: "a" }), hosts: ["a.com:80"] })).toEqual([
      'FL0202 "a.com:80" is a host name with a port; write a host name, or a wildcard such as *.example.com',
    ]);
  });

  it("on a number never leads to one that is refused as well", () => {
    const weight = (value: number) => ({ hosts: ["a"], http: [{ route: [{ destination: { host: "a" }, weight: value }] }] });
    for (const value of [3_000_000_000, -3_000_000_000]) {
      expect(told("VirtualService", weight(value))).toEqual([`FL0105 ${value} is not allowed; write a number from 0 to 2147483647`]);
    }
    expect(told("VirtualService", weight(0))).toEqual([]);
    expect(told("VirtualService", weight(2_147_483_647))).toEqual([]);
  });

  it("on retry conditions names every bad one, with one patch for all", () => {
    const retryOn = (text: string) => routeTo({ host: "a" }, { retries: { attempts: 1, retryOn: text } });
    const condition = "is not a retry condition; write";
    expect(told("VirtualService", retryOn("gateway-error, connect-failure,5xx ,foo"))).toEqual([
      `FL0414 " connect-failure" ${condition} connect-failure`,
      `FL0414 "5xx " ${condition} 5xx`,
      `FL0414 "foo" ${condition} a condition of Envoy, or a status number`,
    ]);
    const raw = { apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: "a" }, spec: retryOn("5xx, reset,503 ") };
    const patches = validateObject(raw).errors.map(({ fix }) => fix);
    expect(patches).toEqual([[{ op: "replace", path: "/spec/http/0/retries/retryOn", value: "5xx,reset,503" }], undefined]);
    expect(told("VirtualService", retryOn("5xx,reset,503"))).toEqual([]);
  });

  it("on the port of an endpoint names the ports there are, as far as that helps", () => {
    const entry = (ports: readonly object[]) =>
      told("ServiceEntry", { hosts: ["a.com"], resolution: "STATIC", ports, endpoints: [{ address: "1.2.3.4", ports: { web: 80 } }] });
    const named = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ number: index + 1, name: `p${index}`, protocol: "HTTP" }));
    const unknown = 'FL0312 the service has no port named "web"';
    expect(entry([])).toEqual([`${unknown}; it has no ports, so write them into spec.ports first`]);
    expect(entry(named(2))).toEqual([`${unknown}; its ports are p0, p1`]);
    expect(entry(named(10))[0]).toMatch(/p8, p9$/);
    expect(entry(named(25))[0]).toMatch(/p8, p9 and 15 more$/);
  });

  it("on a socket with several ports, or none, names a way out", () => {
    const entry = (ports: readonly object[]) =>
      told("ServiceEntry", { hosts: ["a.com"], resolution: "STATIC", ports, endpoints: [{ address: "unix:///a" }] });
    const port = { number: 80, name: "http", protocol: "HTTP" };
    const serves = "FL0311 a unix:// endpoint serves one port, and the service has";
    expect(entry([port, { ...port, number: 81, name: "other" }])).toEqual([
      `${serves} 2; write a ServiceEntry for each port, or an IP address`,
    ]);
    expect(entry([])).toEqual([`${serves} 0; write that port into ports`]);
    expect(entry([port])).toEqual([]);
  });

  it("on a port without addresses depends on whether it has a protocol", () => {
    const entry = (protocol?: string) =>
      told("ServiceEntry", {
        hosts: ["a.com"],
        resolution: "DNS",
        ports: [{ number: 80, name: "http", ...(protocol !== undefined && { protocol }) }],
      });
    const rest =
      "is recognised by its address alone, so from pods whose DNS queries are not captured every call to port 80 counts as this service";
    const undeclared = `FL0319 a port that declares no protocol ${rest}; write protocol: HTTP or TLS, or add addresses`;
    expect([entry(), entry("")]).toEqual([[undeclared], [undeclared]]);
    expect(entry("MONGO")).toEqual([`FL0319 plain TCP ${rest}; add addresses`]);
    expect(entry("TLS")).toEqual([]);
  });

  it("on a gateway's port without a protocol quotes nothing that nobody wrote", () => {
    const gateway = (protocol: string, more: object = {}) =>
      told("Gateway", { selector: { a: "b" }, servers: [{ port: { number: 80, name: "http", protocol }, hosts: ["*"], ...more }] });
    const [missing, ...others] = gateway("", { tls: { httpsRedirect: true } }).filter((text) => !text.startsWith("FL0121"));
    expect(missing).toMatch(/^FL0103 is required; write one of HTTP, HTTPS, .*$/);
    expect(others).toEqual([]);
    expect(gateway("X")[0]).toContain('"X" is not a known protocol');
    expect(gateway("http")).toEqual([]);
  });

  it("on the namespace of a host names what else may stand there", () => {
    const namespace = 'FL0604 "a_b" is not a namespace; write a namespace,';
    expect(told("Sidecar", { egress: [{ hosts: ["a_b/a.com"] }] })).toEqual([`${namespace} \`.\`, \`*\` or \`~\` before the slash`]);
    const servers = [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["a_b/a.com"] }];
    expect(told("Gateway", { selector: { a: "b" }, servers })).toEqual([`${namespace} \`.\` or \`*\` before the slash`]);
  });

  it("on a wildcard says that its domain is missing", () => {
    const host = (name: string) => told("ServiceEntry", { hosts: [name], ports: [{ number: 80, name: "http", protocol: "HTTP" }] });
    const instead = "write a host name, or a wildcard such as *.example.com";
    expect(host("*.")).toEqual([`FL0202 "*." is a wildcard without a domain; ${instead}`]);
    expect(host("")).toEqual([`FL0202 "" is empty; ${instead}`]);
    expect(host("*.a")).toEqual([]);
  });

  it("on a certificate names only what this server could read in its place", () => {
    const parts = (texts: readonly string[]) => texts.flatMap((text) => /^FL0607 .*?; (.*)$/.exec(text)?.[1] ?? []);
    const port = { number: 443, name: "https", protocol: "HTTPS" };
    const gateway = (tls: object) => parts(told("Gateway", { selector: { a: "b" }, servers: [{ port, hosts: ["*"], tls }] }));
    const files = { serverCertificate: "/a", privateKey: "/b" };
    const authorities = "write it, or caCertCredentialName, or credentialName in place of all files";
    expect(gateway({ mode: "MUTUAL", ...files })).toEqual([authorities]);
    expect(gateway({ mode: "MUTUAL", ...files, caCertCredentialName: "c" })).toEqual([]);
    expect(gateway({ mode: "SIMPLE", serverCertificate: "/a" })).toEqual(["write it, or credentialName in place of the files"]);
    const sidecar = (tls: object) => parts(told("Sidecar", { ingress: [{ port, defaultEndpoint: ":80", tls }] }));
    expect(sidecar({ mode: "MUTUAL", serverCertificate: "/a" })).toEqual(["write it", "write it"]);
  });

  it("on the root namespace tells that there can be none, and refuses nothing", () => {
    const { errors, warnings } = validateMeshConfig({ rootNamespace: "a.b" });
    expect([errors, warnings.map(({ code }) => code)]).toEqual([[], ["FL0232"]]);
    expect(validateMeshConfig({ rootNamespace: "istio-system" }).warnings).toEqual([]);
  });
});
