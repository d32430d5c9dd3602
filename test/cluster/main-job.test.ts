// The main job on a real cluster: real helm and kubectl, our charts with their own values, pods run by a real kubelet. The tests are
// one story, each goes on where the last one ended.
import { beforeAll, describe, expect, test } from "vitest";
import { readAccessLog } from "../../src/lab/access-log.ts";
import { type Call, type Cluster, chart, eventually, openCluster, type Place } from "./cluster.ts";
import { caller, echoServer, HOST, namespace, serviceEntry, sleeper, throughGateway, throughIngress } from "./mesh-objects.ts";
import { NETWORK } from "./node/cluster-plan.ts";

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: {
    readonly podIP: string;
    readonly containerStatuses?: readonly Status[];
    readonly initContainerStatuses?: readonly Status[];
  };
}
interface Status {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
}
interface Webhooks {
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
}
interface ConfigMap {
  readonly metadata: { readonly namespace: string };
  readonly data: Readonly<Record<string, string>>;
}

const SYSTEM = "istio-system";
const CLIENT: Place = { namespace: "shop", pod: "deploy/client", container: "app" };
const SIDECAR: Place = { ...CLIENT, container: "istio-proxy" };
const GATEWAY = { namespace: SYSTEM, pod: "deploy/istio-egressgateway" };

let cluster: Cluster;
beforeAll(() => {
  cluster = openCluster();
});

const rollout = (ns: string, name: string) => cluster.kubectl(["rollout", "status", "-n", ns, `deployment/${name}`, "--timeout=90s"]);
const podsOf = (ns: string, app: string) => cluster.list<Pod>(["pods", "-n", ns, "-l", `app=${app}`]);

async function podOf(ns: string, app: string): Promise<Pod> {
  const [pod, ...more] = await podsOf(ns, app);
  expect(more).toEqual([]);
  return pod as Pod;
}

/** As the READY column of kubectl counts: containers, and init containers that stay. */
async function ready(ns: string, app: string): Promise<string | undefined> {
  const line = (await cluster.kubectl(["get", "pods", "-n", ns, "-l", `app=${app}`, "--no-headers"])).trim();
  return line.split(/\s+/)[1];
}

async function restarts(): Promise<readonly number[]> {
  const pods = [...(await podsOf("shop", "client")), ...(await podsOf("shop", "server"))];
  return pods.flatMap(({ status }) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map((s) => s.restartCount),
  );
}

const setPolicy = (mode: string) => {
  const mesh = `trustDomain: cluster.local\naccessLogFile: /dev/stdout\noutboundTrafficPolicy:\n  mode: ${mode}\n`;
  return cluster.kubectl(["patch", "configmap", "istio", "-n", SYSTEM, "--type=merge", "-p", JSON.stringify({ data: { mesh } })]);
};

const api = (path = "") => cluster.call(CLIENT, `http://${HOST}/${path}`);
const unknown = () => cluster.call(CLIENT, "http://other.example.com/");
const comesTo = (ask: () => Promise<Call>, status: number) => eventually(async () => expect((await ask()).status).toBe(status), 10);

/** Allowed through the gateway and refused as before. */
async function callsGoOn(): Promise<void> {
  const { podIP } = (await podOf(SYSTEM, "istio-egressgateway")).status;
  await eventually(async () => expect(await api()).toMatchObject({ status: 200, echo: { remote: podIP } }));
  expect((await unknown()).status).toBe(502);
}

/** The line of the access log of a proxy that names `path`. */
const logged = (place: { namespace: string; pod: string }, path: string) =>
  eventually(async () => {
    const log = await cluster.kubectl(["logs", "-n", place.namespace, place.pod, "-c", "istio-proxy", "--tail=200"]);
    const line = readAccessLog(log).find(({ request }) => request.includes(path));
    expect(line, log).toBeDefined();
    return line;
  });

describe("helm install fairlead", () => {
  test("waits until two controllers are ready", async () => {
    await cluster.helm(["install", "fairlead", chart("fairlead"), "-n", SYSTEM, "--create-namespace", "--wait", "--timeout=120s"]);
    expect(await podsOf(SYSTEM, "fairlead")).toHaveLength(2);
    for (const { status } of await podsOf(SYSTEM, "fairlead")) {
      expect(status.containerStatuses).toMatchObject([{ ready: true, restartCount: 0 }]);
    }
  });

  test("ready means callable: the webhooks' caBundle is published by then", async () => {
    const configurations = await cluster.list<Webhooks>(["mutatingwebhookconfigurations,validatingwebhookconfigurations"]);
    const bundles = configurations.flatMap(({ webhooks }) => webhooks.map(({ clientConfig }) => clientConfig.caBundle));
    expect(bundles).toHaveLength(9);
    expect(new Set(bundles).size).toBe(1);
    expect(Buffer.from(bundles[0] ?? "", "base64").toString()).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });

  test("both controllers prove themselves by one root, published in every namespace", async () => {
    const namespaces = await cluster.list(["namespaces"]);
    const root = await eventually(async () => {
      const maps = await cluster.list<ConfigMap>(["configmaps", "-A", "--field-selector=metadata.name=istio-ca-root-cert"]);
      expect(maps).toHaveLength(namespaces.length);
      const roots = new Set(maps.map(({ data }) => data["root-cert.pem"] ?? ""));
      expect(roots.size).toBe(1);
      return [...roots][0] ?? "";
    });
    for (const { status } of await podsOf(SYSTEM, "fairlead")) {
      const check = `cat > $HOME/root.pem; openssl s_client -connect ${status.podIP}:15012 -CAfile $HOME/root.pem -verify_return_error`;
      const { stdout, stderr } = await cluster.onNode(["sh", "-c", `${check} -verify_hostname fairlead.istio-system.svc </dev/null`], root);
      expect(stdout + stderr).toContain("Verify return code: 0 (ok)");
    }
  });
});

describe("injection", () => {
  test("B3 · a Deployment of a labelled namespace goes 2/2, one of another stays 1/1", async () => {
    await cluster.apply(namespace("shop"), namespace("plain"));
    await cluster.kubectl(["label", "namespace", "shop", "istio-injection=enabled"]);
    await cluster.apply(sleeper("client", "shop"), ...echoServer("server", "shop"), sleeper("client", "plain"));
    await rollout("shop", "client");
    await rollout("shop", "server");
    await rollout("plain", "client");
    expect([await ready("shop", "client"), await ready("shop", "server"), await ready("plain", "client")]).toEqual(["2/2", "2/2", "1/1"]);
    const { status } = await podOf("shop", "client");
    expect(status.initContainerStatuses?.map(({ name }) => name)).toEqual(["istio-init", "istio-proxy"]);
    expect(await restarts()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("a Job whose work is done is complete: its sidecar ends with it", async () => {
    await cluster.apply(caller("once", "shop", "http://server.shop/"));
    await cluster.kubectl(["wait", "--for=condition=Complete", "-n", "shop", "job/once", "--timeout=60s"]);
  });

  test("a call from pod to pod is by mutual TLS, each by its own name", async () => {
    const call = await eventually(async () => {
      const answer = await cluster.call(CLIENT, "http://server.shop/");
      expect(answer.status).toBe(200);
      return answer;
    });
    const forwarded = String(call.echo?.headers["x-forwarded-client-cert"]);
    expect(forwarded).toContain("URI=spiffe://cluster.local/ns/shop/sa/default");
    // From a pod without a sidecar the same server is reached in the clear.
    const plain = await cluster.call({ ...CLIENT, namespace: "plain" }, "http://server.shop/");
    expect(plain.status).toBe(200);
    expect(plain.echo?.headers["x-forwarded-client-cert"]).toBeUndefined();
  });
});

describe("calls to the outside", () => {
  test("ALLOW_ANY: an unknown host is let through, and sees the pod's own address", async () => {
    const call = await api("allow-any");
    expect(call).toMatchObject({ status: 200, echo: { server: "web", remote: (await podOf("shop", "client")).status.podIP, host: HOST } });
    expect(await logged(CLIENT, "/allow-any")).toMatchObject({ code: 200, cluster: "PassthroughCluster" });
  });

  test("REGISTRY_ONLY set in ConfigMap istio refuses it without a restart", async () => {
    await setPolicy("REGISTRY_ONLY");
    await comesTo(api, 502);
    await comesTo(unknown, 502);
    expect(await restarts()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("a ServiceEntry allows its host, and only that", async () => {
    await cluster.apply(serviceEntry("api", "shop"));
    await comesTo(api, 200);
    expect((await unknown()).status).toBe(502);
    expect(await api("known")).toMatchObject({ echo: { server: "web", host: HOST } });
    expect(await logged(CLIENT, "/known")).toMatchObject({ code: 200, cluster: `outbound|80||${HOST}` });
  });

  test("kubectl apply of an invalid one is refused with the field and a way out", async () => {
    const { code, stderr } = await cluster.tryKubectl(
      ["apply", "-f", "-"],
      JSON.stringify(serviceEntry("bad", "shop", { hosts: ["not a host"] })),
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain("validator.fairlead.io");
    expect(stderr).toContain("spec.hosts[0]");
  });
});

describe("an egress gateway of its own release", () => {
  test("helm install waits until it is ready", async () => {
    await cluster.helm(["install", "istio-egressgateway", chart("gateway"), "-n", SYSTEM, "--wait", "--timeout=120s"]);
    expect(await ready(SYSTEM, "istio-egressgateway")).toBe("1/1");
  });

  test("every request crosses it: it logs host and code, and the outside sees its address", async () => {
    await cluster.apply(...throughGateway("shop"));
    const { podIP } = (await podOf(SYSTEM, "istio-egressgateway")).status;
    await eventually(async () => expect(await api()).toMatchObject({ status: 200, echo: { remote: podIP } }));
    for (let round = 0; round < 5; round += 1) {
      expect(await api(`crossing-${round}`)).toMatchObject({ status: 200, echo: { server: "web", host: HOST, remote: podIP } });
    }
    const line = await logged(GATEWAY, "/crossing-4");
    expect(line).toMatchObject({ code: 200, authority: HOST, cluster: `outbound|80||${HOST}` });
    expect(line?.caller).toContain(`${(await podOf("shop", "client")).status.podIP}:`);
    expect((await unknown()).status).toBe(502);
  });
});

// This cluster has nobody who gives LoadBalancers an address, for which `--wait` would wait.
test("an ingress gateway behind a NodePort leads a call from outside to a Service of the mesh", async () => {
  const flags = ["-n", SYSTEM, "--set=service.type=NodePort", "--wait", "--timeout=120s"];
  await cluster.helm(["install", "istio-ingressgateway", chart("gateway"), ...flags]);
  await cluster.apply(...throughIngress("shop.example.com", "server", "shop"));
  const port = await cluster.kubectl([
    "get",
    "service",
    "istio-ingressgateway",
    "-n",
    SYSTEM,
    "-o",
    "jsonpath={.spec.ports[?(@.port==80)].nodePort}",
  ]);
  const { echo } = await eventually(async () => {
    const call = await cluster.callNode(`http://${NETWORK.nodeAddress}:${port}/`, "shop.example.com");
    expect(call.status).toBe(200);
    return call;
  });
  expect(echo?.server).toBe("echo");
  expect(String(echo?.headers["x-forwarded-client-cert"])).toContain("/ns/istio-system/sa/istio-ingressgateway");
  expect((await cluster.callNode(`http://${NETWORK.nodeAddress}:${port}/`, "other.example.com")).status).toBe(404);
  await cluster.helm(["uninstall", "istio-ingressgateway", "-n", SYSTEM, "--wait"]);
});

describe("without a controller", () => {
  test("an Envoy that is killed comes back with the last good configuration", async () => {
    await cluster.kubectl(["scale", "deployment/fairlead", "-n", SYSTEM, "--replicas=0"]);
    await eventually(async () => expect(await podsOf(SYSTEM, "fairlead")).toEqual([]), 60);
    const before = await cluster.exec(SIDECAR, ["pidof", "envoy"]);
    expect((await cluster.exec(SIDECAR, ["sh", "-c", "kill -9 $(pidof envoy)"])).code).toBe(0);
    await eventually(async () => {
      const after = await cluster.exec(SIDECAR, ["pidof", "envoy"]);
      expect(after.stdout.trim()).toMatch(/^\d+$/);
      expect(after.stdout).not.toBe(before.stdout);
    });
    await callsGoOn();
    expect(await restarts()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("so does a sidecar that the kubelet starts again", async () => {
    expect((await cluster.exec(SIDECAR, ["sh", "-c", "kill -TERM 1"])).code).toBe(0);
    await eventually(async () => expect(await restarts()).toEqual([0, 1, 0, 0, 0, 0]), 60);
    await callsGoOn();
    await eventually(async () => expect(await ready("shop", "client")).toBe("2/2"), 60);
  });

  test("pods of labelled namespaces wait, others start, and all is well when it is back", async () => {
    await cluster.apply(sleeper("late", "shop"), sleeper("late", "plain"));
    await rollout("plain", "late");
    expect(await podsOf("shop", "late")).toEqual([]);
    await cluster.kubectl(["scale", "deployment/fairlead", "-n", SYSTEM, "--replicas=2"]);
    await rollout(SYSTEM, "fairlead");
    await cluster.kubectl(["rollout", "restart", "-n", "shop", "deployment/late"]); // else the controllers' back-off is waited out
    await rollout("shop", "late");
    await setPolicy("ALLOW_ANY");
    await comesTo(unknown, 200);
  });
});

describe("upgrade and uninstall", () => {
  test("helm upgrade replaces the controllers while calls go on, pods are injected and resources judged", async () => {
    const before = (await podsOf(SYSTEM, "fairlead")).map(({ metadata }) => metadata.uid);
    const upgrade = cluster.helm([
      "upgrade",
      "fairlead",
      chart("fairlead"),
      "-n",
      SYSTEM,
      "--set=logLevel=debug",
      "--wait",
      "--timeout=120s",
    ]);
    let running = true;
    void upgrade.catch(() => undefined).finally(() => (running = false));
    while (running) {
      expect((await api()).status).toBe(200);
      // A pod and a resource that only the webhooks look at.
      await cluster.kubectl(["run", "asked", "-n", "shop", "--image=localhost/fairlead/tools:dev", "--dry-run=server"]);
      await cluster.kubectl(["apply", "-f", "-", "--dry-run=server"], JSON.stringify(serviceEntry("asked", "shop")));
    }
    await upgrade;
    await eventually(async () => {
      const after = (await podsOf(SYSTEM, "fairlead")).map(({ metadata }) => metadata.uid);
      expect(after).toHaveLength(2);
      expect(after.filter((uid) => before.includes(uid))).toEqual([]);
    }, 60);
    await cluster.kubectl(["rollout", "restart", "-n", "shop", "deployment/late"]);
    await rollout("shop", "late");
  });

  test("helm uninstall leaves nothing that a pod waits for, and keeps the users' resources", async () => {
    await cluster.helm(["uninstall", "istio-egressgateway", "-n", SYSTEM, "--wait"]);
    await cluster.helm(["uninstall", "fairlead", "-n", SYSTEM, "--wait"]);
    const webhooks = await cluster.list<Webhooks>(["mutatingwebhookconfigurations,validatingwebhookconfigurations"]);
    expect(webhooks).toEqual([]);
    await cluster.apply(sleeper("after", "shop"));
    await rollout("shop", "after");
    expect(await ready("shop", "after")).toBe("1/1");
    expect(await cluster.kubectl(["get", "serviceentries", "-n", "shop", "-o", "name"])).toContain("serviceentry.networking.istio.io/api");
  });

  test("the namespaces can be deleted", async () => {
    await cluster.kubectl(["delete", "namespace", "shop", SYSTEM, "--timeout=90s"]);
  });
});
