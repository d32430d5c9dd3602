import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import type { RunningPod } from "../../src/lab/pod-runner.ts";
import { eventually, inPodNetwork, proxyConfig, runInjected, sleeper, startMesh } from "../network/mesh-lab.ts";

// The ServiceEntry of the tutorial (its workloadSelector aside: beside endpoints it is refused, row C15), and one for the port that
// the tutorial asks `--name 8080` for.
const EXTERNAL = {
  apiVersion: "networking.istio.io/v1beta1",
  kind: "ServiceEntry",
  metadata: { name: "external-service", namespace: "app" },
  spec: {
    hosts: ["api.external.com"],
    location: "MESH_EXTERNAL",
    ports: [{ number: 443, name: "https", protocol: "HTTPS" }],
    resolution: "DNS",
    endpoints: [{ address: "192.168.1.10", ports: { https: 8443 } }],
  },
};

const FRONTEND = {
  apiVersion: "networking.istio.io/v1beta1",
  kind: "ServiceEntry",
  metadata: { name: "frontend", namespace: "app" },
  spec: {
    hosts: ["frontend.external.com"],
    location: "MESH_EXTERNAL",
    ports: [{ number: 8080, name: "http", protocol: "HTTP" }],
    resolution: "STATIC",
    endpoints: [{ address: "192.168.1.11" }],
  },
};

let lab: Lab;
let client: RunningPod;

beforeAll(async () => {
  lab = await startMesh({ servers: [], namespaces: ["app"] });
  await lab.apply(EXTERNAL);
  await lab.apply(FRONTEND);
  client = await runInjected(lab, sleeper("app", "client"));
});

afterAll(async () => {
  await lab?.close();
});

/** Columns of a table, row by row: two spaces or more stand between them. */
function cells(table: string): readonly (readonly string[])[] {
  return table
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/\s{2,}/));
}

/** Every value under any key of that name in a config dump. */
function deep(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [...(name === key ? [child] : []), ...deep(child, key)]);
}

test("C5 · the config dump holds the listener, the cluster of the right type, the virtual host and its route", async () => {
  const text = await eventually(async () => {
    const dump = (await inPodNetwork(client, ["curl", "-s", "http://127.0.0.1:15000/config_dump"])).stdout;
    expect(dump).toContain("outbound|443||api.external.com");
    return dump;
  });
  const dump: unknown = JSON.parse(text);
  const names = deep(dump, "name");
  expect(names).toEqual(expect.arrayContaining(["0.0.0.0_443", "0.0.0.0_8080", "frontend.external.com:8080"]));
  const clusters = deep(dump, "cluster").flatMap((entry) => (typeof entry === "object" ? [entry as { name: string; type: string }] : []));
  expect(clusters.find(({ name }) => name === "outbound|443||api.external.com")).toMatchObject({ type: "STRICT_DNS" });
  const hosts = deep(dump, "virtual_hosts").flat() as { name: string; domains: string[]; routes: { route: { cluster: string } }[] }[];
  const host = hosts.find(({ name }) => name === "frontend.external.com:8080");
  expect(host?.domains).toContain("frontend.external.com");
  expect(host?.routes.at(-1)?.route.cluster).toBe("outbound|8080||frontend.external.com");
});

test("C5 · proxy-config listener shows the port and where its chains lead", async () => {
  const rows = cells(await proxyConfig(client, ["listener", "--port", "443"]));
  expect(rows[0]).toEqual(["ADDRESSES", "PORT", "MATCH", "DESTINATION"]);
  const named = rows.find((row) => row[2]?.includes("SNI: api.external.com"));
  expect(named).toMatchObject({ 0: "0.0.0.0", 1: "443", 3: "Cluster: outbound|443||api.external.com" });
  expect(rows.slice(1).every((row) => row[1] === "443")).toBe(true);
});

test("C5 · proxy-config cluster filters by host, port and prints the columns", async () => {
  const rows = cells(await proxyConfig(client, ["cluster", "--fqdn", "api.external.com", "--port", "443"]));
  expect(rows[0]).toEqual(["SERVICE FQDN", "PORT", "SUBSET", "DIRECTION", "TYPE", "DESTINATION RULE"]);
  expect(rows.slice(1).map((row) => row.slice(0, 5))).toEqual([["api.external.com", "443", "-", "outbound", "STRICT_DNS"]]);
});

test("C5 · proxy-config route --name prints the tutorial's route as YAML and JSON", async () => {
  const yaml = await proxyConfig(client, ["route", "--name", "8080", "-o", "yaml"]);
  expect(yaml).toContain("includeRequestAttemptCount: true");
  expect(yaml).toContain("name: allow_any");
  expect(yaml).toContain("cluster: PassthroughCluster");
  const json = JSON.parse(await proxyConfig(client, ["route", "--name", "8080", "-o", "json"])) as {
    name: string;
    virtualHosts: { name: string; routes: { match: { prefix: string }; route: { cluster: string; timeout: string } }[] }[];
  }[];
  expect(json.map(({ name }) => name)).toEqual(["8080"]);
  const byName = new Map(json[0]?.virtualHosts.map((host) => [host.name, host]));
  expect(byName.get("allow_any")?.routes).toMatchObject([
    { match: { prefix: "/" }, route: { cluster: "PassthroughCluster", timeout: "0s" } },
  ]);
  expect(byName.get("frontend.external.com:8080")?.routes.at(-1)?.route.cluster).toBe("outbound|8080||frontend.external.com");
});

test("C5 · proxy-config endpoint --cluster lists the endpoints with status and outlier check", async () => {
  const rows = cells(await proxyConfig(client, ["endpoint", "--cluster", "outbound|443||api.external.com"]));
  expect(rows).toEqual([
    ["ENDPOINT", "STATUS", "OUTLIER CHECK", "CLUSTER"],
    ["192.168.1.10:8443", "HEALTHY", "OK", "outbound|443||api.external.com"],
  ]);
});
