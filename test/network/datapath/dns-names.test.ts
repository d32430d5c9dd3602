// Names of ServiceEntries where DNS is captured: the agent answers for them, and what their addresses lead to is the host that was asked for.
// No server of the outside knows any of these names, and REGISTRY_ONLY lets nothing through that is not declared.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../../src/lab/lab.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { eventually, inApp, runInjected, sleeper, startMesh } from "../mesh-lab.ts";
import { at, banner, capturedQueries, outside, rule } from "./calls.ts";

const SERVERS = [
  { name: "web", kind: "http", address: "203.0.113.10", port: 80 },
  { name: "orders", kind: "banner", address: "203.0.113.51", port: 5432 },
  { name: "users", kind: "banner", address: "203.0.113.52", port: 5432 },
] as const;
const [web] = SERVERS;

const MESH = `accessLogFile: /dev/stdout
outboundTrafficPolicy:
  mode: REGISTRY_ONLY
defaultConfig:
  proxyMetadata:
    ISTIO_META_DNS_CAPTURE: "true"
`;

/** The object with addresses as the controller of a cluster gives them. */
const given = (object: ReturnType<typeof rule>, host: string, ...values: readonly string[]) => ({
  ...object,
  status: { addresses: values.map((value) => ({ value, host })) },
});

const database = (name: string, endpoint: string, last: number) =>
  given(
    rule("ServiceEntry", `app/${name}`, {
      hosts: [`${name}.internal`],
      location: "MESH_EXTERNAL",
      resolution: "STATIC",
      ports: [{ number: 5432, name: "tcp", protocol: "TCP" }],
      endpoints: [{ address: endpoint }],
    }),
    `${name}.internal`,
    `240.240.0.${last}`,
    `2001:2::${last}`,
  );

let lab: Lab;
let pod: RunningPod;
let bare: RunningPod;

beforeAll(async () => {
  lab = await startMesh({ servers: SERVERS, mesh: MESH, dualStack: true, namespaces: ["app"] });
  await lab.apply(database("orders", "203.0.113.51", 1));
  await lab.apply(database("users", "203.0.113.52", 2));
  await lab.apply(given(outside("api.internal", at(web)), "api.internal", "240.240.0.3", "2001:2::3"));
  await lab.apply(outside("*.wild.internal", { ...at(web), addresses: ["198.51.100.7"] }));
  pod = await runInjected(lab, sleeper("app", "client"));
  const proxyMetadata = 'proxyMetadata: {ISTIO_META_DNS_CAPTURE: "false"}';
  bare = await runInjected(lab, annotated(sleeper("app", "bare"), { "proxy.istio.io/config": proxyMetadata }));
});

afterAll(async () => {
  await lab?.close();
});

function annotated(deployment: ReturnType<typeof sleeper>, annotations: Readonly<Record<string, string>>): ReturnType<typeof sleeper> {
  const spec = deployment["spec"] as { readonly template: { readonly metadata: object } };
  const { template } = spec;
  return { ...deployment, spec: { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } } };
}

/** Status and the address that was called; exit code 6 is a name that is not found. */
async function call(from: RunningPod, url: string, curl = ""): Promise<string> {
  const { stdout } = await inApp(from, `curl -s -o /dev/null -w '%{exitcode} %{http_code} %{remote_ip}' --max-time 5 ${curl} ${url}`);
  return stdout;
}

describe("a pod whose queries are captured", () => {
  test("reaches two databases on one port, each by its name", async () => {
    expect(await banner(pod, "orders.internal", 5432)).toBe("220 orders ready");
    expect(await banner(pod, "users.internal", 5432)).toBe("220 users ready");
  });

  test("calls an HTTP host at the address that was given to it, of either family", async () => {
    expect(await call(pod, "http://api.internal/", "-4")).toBe("0 200 240.240.0.3");
    expect(await call(pod, "http://api.internal/", "-6")).toBe("0 200 2001:2::3");
    expect(await call(pod, "http://240.240.0.3/")).toBe("0 200 240.240.0.3");
  });

  test("finds every name under a wildcard at the addresses that it declares", async () => {
    expect(await call(pod, "http://any.wild.internal/")).toBe("0 200 198.51.100.7");
    expect(await call(pod, "http://wild.internal/")).toBe("6 000 ");
  });

  test("is answered over TCP as well", async () => {
    const before = await capturedQueries(pod, "tcp");
    const { stdout } = await inApp(pod, "RES_OPTIONS=use-vc curl -4 -s -o /dev/null -w '%{http_code}' --max-time 5 http://api.internal/");
    expect(stdout).toBe("200");
    expect(await capturedQueries(pod, "tcp")).toBeGreaterThan(before);
  });

  test("finds a name as soon as it is declared, and no longer when it is not", async () => {
    const entry = given(outside("late.internal", at(web)), "late.internal", "240.240.0.9");
    expect(await call(pod, "http://late.internal/")).toBe("6 000 ");
    await lab.apply(entry);
    await eventually(async () => expect(await call(pod, "http://late.internal/")).toBe("0 200 240.240.0.9"));
    await lab.remove("ServiceEntry", "app", "late.internal");
    await eventually(async () => expect(await call(pod, "http://late.internal/")).toBe("6 000 "));
  });
});

test("a pod whose queries are not captured knows none of these names, and calls the host as it did", async () => {
  expect(await call(bare, "http://api.internal/")).toBe("6 000 ");
  expect(await call(bare, "http://203.0.113.10/", "-H 'Host: api.internal'")).toBe("0 200 203.0.113.10");
});

test("names are answered while the controller is away", async () => {
  await lab.controlPlane.stop();
  expect(await call(pod, "http://api.internal/", "-4")).toBe("0 200 240.240.0.3");
  expect(await banner(pod, "users.internal", 5432)).toBe("220 users ready");
});
