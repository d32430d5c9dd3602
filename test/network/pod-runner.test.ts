import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterObject } from "../../src/lab/cluster-object.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { ContainerSpec, PodManifest } from "../../src/lab/pod-spec.ts";
import { inApp, inPodNetwork, runInjected, sleeper, startMesh } from "./mesh-lab.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await startMesh({ servers: [], namespaces: ["app"] });
});

afterAll(async () => {
  await lab?.close();
});

function withInit(pod: PodManifest, name: string, change: (container: ContainerSpec) => ContainerSpec): PodManifest {
  const initContainers = (pod.spec.initContainers ?? []).map((container) => (container.name === name ? change(container) : container));
  return { ...pod, spec: { ...pod.spec, initContainers } };
}

/** The value after a flag, replaced. */
function withArgument(args: readonly string[] = [], flag: string, value: string): readonly string[] {
  return args.map((arg, index) => (args[index - 1] === flag ? value : arg));
}

test("one argument of the init container changed: the rules in the kernel change with it", async () => {
  const { pod } = await lab.inject(sleeper("app", "rules"));
  const changed = withInit(pod, "istio-init", (init) => ({ ...init, args: withArgument(init.args, "-d", "15090,15021,15020,4321") }));
  const [plain, other] = [await lab.run(pod), await lab.run({ ...changed, metadata: { ...changed.metadata, name: "rules-changed" } })];
  const rules = async (running: typeof plain) => (await inPodNetwork(running, ["iptables-save", "-t", "nat"])).stdout;
  expect(await rules(plain)).not.toContain("4321");
  expect(await rules(other)).toMatch(/-A \S+ -p tcp -m tcp --dport 4321 -j RETURN/);
});

test("one argument of the sidecar changed: the running Envoy has it", async () => {
  const { pod } = await lab.inject(sleeper("app", "level"));
  const changed = withInit(pod, "istio-proxy", (proxy) => ({
    ...proxy,
    args: (proxy.args ?? []).map((arg) => (arg === "--proxyLogLevel=warning" ? "--proxyLogLevel=error" : arg)),
  }));
  const running = await lab.run(changed);
  await lab.ready(running);
  const info = await inPodNetwork(running, ["curl", "-s", "http://127.0.0.1:15000/server_info"]);
  expect(JSON.parse(info.stdout)).toMatchObject({ command_line_options: { log_level: "error" } });
});

test("a fragment without NET_ADMIN fails in the init container, in its own words, and nothing of the pod stays", async () => {
  const { pod } = await lab.inject(sleeper("app", "powerless"));
  const changed = withInit(pod, "istio-init", (init) => ({
    ...init,
    securityContext: { ...init.securityContext, capabilities: { drop: ["ALL"] } },
  }));
  await expect(lab.run(changed)).rejects.toThrow(/init container istio-init of powerless\S* ended with 1[\s\S]*NET_ADMIN/);
  expect(lab.pods.map(({ name }) => name)).not.toContain(pod.metadata.name);
});

const PLAIN_POD: PodManifest = {
  metadata: { name: "plain", namespace: "app", labels: { app: "plain", tier: "a" } },
  spec: {
    serviceAccountName: "robot",
    securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] },
    hostAliases: [{ ip: "192.0.2.9", hostnames: ["alias.test"] }],
    volumes: [
      { name: "memory", emptyDir: { medium: "Memory" } },
      { name: "info", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
      { name: "token", projected: { sources: [{ serviceAccountToken: { audience: "there", path: "token" } }] } },
    ],
    containers: [
      {
        name: "app",
        image: "localhost/fairlead/tools:dev",
        command: ["sh", "-c", 'echo "$GREETING"; exec sleep 1000000'],
        env: [
          { name: "ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
          { name: "GREETING", value: "at $(ADDRESS) not $$(ADDRESS)" },
          { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } } },
        ],
        resources: { limits: { cpu: "1500m" } },
        securityContext: { runAsUser: 4321, runAsGroup: 4322, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
        volumeMounts: [
          { name: "memory", mountPath: "/memory" },
          { name: "info", mountPath: "/var/run/info" },
          { name: "token", mountPath: "/token", readOnly: true },
        ],
      },
    ],
  },
};

test("user, rights, read-only root, variables, volumes and hosts are the spec's", async () => {
  const pod = await lab.run(PLAIN_POD);
  await lab.ready(pod);
  const say = async (script: string) => (await inApp(pod, script)).stdout.trim();
  expect(await say("id -u; id -g")).toBe("4321\n4322");
  expect(await say("grep CapEff /proc/self/status")).toMatch(/0000000000000000$/);
  expect(await say("touch /new 2>/dev/null || echo refused")).toBe("refused");
  expect(await say("touch /memory/new && grep ' /memory ' /proc/mounts | cut -d' ' -f3")).toBe("tmpfs");
  expect(await say("cat /var/run/info/labels")).toBe('app="plain"\ntier="a"');
  expect(await say("cat /proc/sys/net/ipv4/ip_unprivileged_port_start")).toBe("0");
  expect(await say("echo $CPU")).toBe("1500");
  expect(await say("grep alias.test /etc/hosts")).toMatch(/^192\.0\.2\.9\s+alias\.test$/);
  expect(await pod.logs("app")).toBe(`at ${pod.address} not $(ADDRESS)\n`);
  const claims = JSON.parse(Buffer.from((await say("cat /token/token")).split(".")[1] ?? "", "base64url").toString()) as Record<
    string,
    unknown
  >;
  expect(claims).toMatchObject({ sub: "system:serviceaccount:app:robot", aud: ["there"] });
});

test("what the runner does not carry out is refused by its path", async () => {
  const [app] = PLAIN_POD.spec.containers;
  const odd = {
    ...PLAIN_POD,
    spec: { ...PLAIN_POD.spec, hostNetwork: true, containers: [{ ...app, name: "app", image: "x", envFrom: [{}] }] },
  };
  await expect(lab.run(odd)).rejects.toThrow("the lab does not carry out spec.hostNetwork, spec.containers[0].envFrom");
});

test("a crashed container is started again, and the pod's status says so", async () => {
  const script = "[ -e /flag/up ] && exec sleep 1000000; touch /flag/up; exit 3";
  const pod = await lab.run({
    metadata: { name: "crash", namespace: "app" },
    spec: {
      volumes: [{ name: "flag", emptyDir: {} }],
      containers: [
        {
          name: "app",
          image: "localhost/fairlead/tools:dev",
          command: ["sh", "-c", script],
          volumeMounts: [{ name: "flag", mountPath: "/flag" }],
        },
      ],
    },
  });
  await expect.poll(() => pod.containers[0]?.restarts, { timeout: 5000 }).toBe(1);
  await lab.ready(pod);
  expect(pod.containers[0]?.lastExit).toBe(3);
  const reported = () => lab.config.list("Pod").find(({ metadata }: ClusterObject) => metadata.name === "crash")?.["status"];
  await expect.poll(reported, { timeout: 5000 }).toMatchObject({ containerStatuses: [{ name: "app", ready: true, restartCount: 1 }] });
});

test("stopped, the pod runs its preStop hook and leaves nothing", async () => {
  const pod = await runInjected(lab, sleeper("app", "leaving"));
  await lab.stop(pod, 2);
  expect(await pod.logs("istio-proxy")).toContain("drain");
  expect(lab.config.list("Pod").map(({ metadata }) => metadata.name)).not.toContain(pod.name);
});
