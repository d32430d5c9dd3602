import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readOptions } from "../../../src/agent/read-options.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-podinfo-"));
  writeFileSync(join(folder, "labels"), 'app="client"\nnote="a \\"quoted\\" text"\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const base = () => ({
  POD_NAME: "client-1",
  POD_NAMESPACE: "entry",
  SERVICE_ACCOUNT: "client",
  INSTANCE_IP: "10.0.0.7",
  FAIRLEAD_PODINFO_DIR: folder,
});

function options(argv: readonly string[], env: Record<string, string> = {}) {
  const read = readOptions(argv, { ...base(), ...env }, "0.1.0");
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

test("the injector's command line and environment", () => {
  const { options: read, warnings } = options(
    [
      "sidecar",
      "--domain",
      "entry.svc.cluster.local",
      "--proxyLogLevel=info",
      "--proxyComponentLogLevel=misc:error",
      "--log_output_level=default:debug",
    ],
    {
      PROXY_CONFIG:
        '{"concurrency":3,"drainDuration":"1m","terminationDrainDuration":"7s","proxyStatsMatcher":{"inclusionPrefixes":["cluster.outbound"]}}',
      CA_ADDR: "ca.example:15012",
      TRUST_DOMAIN: "example.org",
    },
  );
  expect(warnings).toEqual([]);
  expect(read.node.id).toMatch(/^sidecar~10\.0\.0\.7~client-1\.entry~entry\.svc\.cluster\.local$/);
  expect(read.node.metadata["LABELS"]).toEqual({ app: "client", note: 'a "quoted" text' });
  expect(read.identity).toEqual({ trustDomain: "example.org", namespace: "entry", serviceAccount: "client" });
  expect(read.discoveryAddress).toBe("fairlead.istio-system.svc:15012");
  expect(read.caAddress).toBe("ca.example:15012");
  expect(read.envoy).toMatchObject({ logLevel: "info", concurrency: 3, drainSeconds: 60, stats: { prefixes: ["cluster.outbound"] } });
  expect(read.termination).toEqual({ drainMs: 7000, untilIdle: false, minimumMs: 5000, afterApp: false, withApp: false });
  expect(read.logLevel).toBe("debug");
  expect(read.paths).toMatchObject({ xdsSocket: "/etc/istio/proxy/XDS", data: "/var/lib/istio/data", envoy: "/usr/local/bin/envoy" });
  expect(read.ports).toEqual({ admin: 15000, agent: 15020, status: 15021, prometheus: 15090 });
});

const REDIRECTED = { ISTIO_META_INTERCEPTION_MODE: "REDIRECT" };

test.each<[string, string, Record<string, string>, readonly string[]]>([
  ["IPv4 calls of a pod that is redirected", "sidecar", REDIRECTED, ["v4"]],
  ["both families where the pod has addresses of both", "sidecar", { ...REDIRECTED, INSTANCE_IP: "fd00::7" }, ["v4", "v6"]],
  ["TPROXY captures too", "sidecar", { ISTIO_META_INTERCEPTION_MODE: "TPROXY" }, ["v4"]],
  ["IPv6 may bypass", "sidecar", { ...REDIRECTED, INSTANCE_IP: "fd00::7", FAIRLEAD_IPV6_MAY_BYPASS: "true" }, ["v4"]],
  ["mode NONE", "sidecar", { ISTIO_META_INTERCEPTION_MODE: "NONE" }, []],
  ["outside of an injected pod", "sidecar", {}, []],
  ["a gateway", "router", REDIRECTED, []],
])("what must be proven to be captured: %s", (_, role, env, families) => {
  // The machine's own addresses would add to the pod's.
  const ipv4Only = !Object.values(networkInterfaces()).some((list) =>
    list?.some(({ family, internal, address }) => family === "IPv6" && !internal && !address.startsWith("fe80:")),
  );
  const captured = options([role], env).options.capture;
  if (ipv4Only || families.length !== 1) expect(captured).toEqual(families);
  else expect(captured).toContain("v4");
});

const ASKED = { ISTIO_META_DNS_CAPTURE: "true" };

test.each<[string, string, Record<string, string>, boolean]>([
  ["the queries of a pod that is redirected", "sidecar", { ...REDIRECTED, ...ASKED }, true],
  ["TPROXY leads them too", "sidecar", { ISTIO_META_INTERCEPTION_MODE: "TPROXY", ...ASKED }, true],
  ["asked for in proxyMetadata", "sidecar", { ...REDIRECTED, PROXY_CONFIG: JSON.stringify({ proxyMetadata: ASKED }) }, true],
  ["not asked for", "sidecar", REDIRECTED, false],
  ["switched off", "sidecar", { ...REDIRECTED, ISTIO_META_DNS_CAPTURE: "false" }, false],
  ["mode NONE leads nothing to the agent", "sidecar", { ISTIO_META_INTERCEPTION_MODE: "NONE", ...ASKED }, false],
  ["outside of an injected pod", "sidecar", ASKED, false],
  ["a gateway", "router", { ...REDIRECTED, ...ASKED }, false],
])("what the agent answers DNS queries of, and says so to the controller: %s", (_, role, env, answers) => {
  const { dnsServers, node } = options([role], env).options;
  expect(dnsServers !== undefined).toBe(answers);
  expect(node.metadata["FAIRLEAD_ANSWERS_DNS"]).toBe(answers ? "true" : undefined);
});

test.each<[string, object, readonly object[]]>([
  ["nothing is said", {}, []],
  ["one place is said, but not that it is to be asked", { port: "9102" }, []],
  ["one place", { scrape: "true", port: "9102", path: "/m" }, [{ port: 9102, path: "/m" }]],
  ["nothing but that there are some", { scrape: "true" }, [{ port: 80, path: "/metrics" }]],
  ["several places", { scrape: "", port: "9102", targets: [{ port: 8080, path: "/a" }] }, [{ port: 8080, path: "/a" }]],
])("metrics of the app: %s", (_, scrape, metrics) => {
  const { options: read } = options(["sidecar"], { ISTIO_PROMETHEUS_ANNOTATIONS: JSON.stringify(scrape) });
  expect(read.app.metrics).toEqual(metrics);
});

test("threads follow the CPU limit where nothing is said; 0 is one a CPU", () => {
  expect(options(["sidecar"], { ISTIO_CPU_LIMIT: "4" }).options.envoy.concurrency).toBe(4);
  expect(options(["sidecar"]).options.envoy.concurrency).toBe(2);
  expect(options(["sidecar", "--concurrency", "0"]).options.envoy.concurrency).toBeUndefined();
});

test("proxyMetadata is environment, lines of YAML are read too, unknown flags are told", () => {
  const { options: read, warnings } = options(["router", "--serviceregistry=Kubernetes", "--trust-domain", "x"], {
    PROXY_CONFIG: "discovery_address: other.svc:15012\nproxyAdminPort: 15100\n# a comment\n",
  });
  expect(read.role).toBe("router");
  expect(read.discoveryAddress).toBe("other.svc:15012");
  expect(read.ports.admin).toBe(15100);
  expect(warnings).toEqual(["--serviceregistry", "--trust-domain"]);
  const metadata = options(["sidecar"], { PROXY_CONFIG: '{"proxyMetadata":{"EXIT_ON_ZERO_ACTIVE_CONNECTIONS":"true"}}' });
  expect(metadata.options.termination.untilIdle).toBe(true);
});

test.each([
  [["proxy"], {}, 'write "proxy sidecar" or "proxy router"'],
  [["sidecar", "--concurrency=many"], {}, "--concurrency"],
  [["sidecar", "--proxyLogLevel=loud"], {}, "write one of trace, debug"],
  [["sidecar"], { PROXY_CONFIG: "[1]" }, "PROXY_CONFIG must be a JSON object"],
  [["sidecar"], { ISTIO_KUBE_APP_PROBERS: "{" }, "ISTIO_KUBE_APP_PROBERS is not JSON"],
])("%j with %j is refused and says what to write", (argv, env, message) => {
  const read = readOptions(argv, { ...base(), ...env }, "0.1.0");
  expect(read).toMatchObject({ ok: false, error: expect.stringContaining(message) });
});

test("the agent is no place of the app's metrics, whoever says so", () => {
  const targets = [15020, 9100, 15999].map((port) => ({ port, path: "/metrics" }));
  const env = { FAIRLEAD_PROBE_PORT: "15999", ISTIO_PROMETHEUS_ANNOTATIONS: JSON.stringify({ targets }) };
  const { options: read, warnings } = options(["sidecar"], env);
  expect(read.app.agentPorts).toEqual([15020, 15999]);
  expect(read.app.metrics).toEqual([{ port: 9100, path: "/metrics" }]);
  expect(warnings.map((warning) => /port \d+/.exec(warning)?.[0])).toEqual(["port 15020", "port 15999"]);
  const one = { FAIRLEAD_PROBE_PORT: "15999", ISTIO_PROMETHEUS_ANNOTATIONS: '{"scrape":"true","port":"15999"}' };
  expect(options(["sidecar"], one).options.app.metrics).toEqual([]);
});
