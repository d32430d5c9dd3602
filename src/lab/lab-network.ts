import { namespacePrefix } from "./lab-record.ts";
import { mustRun, runCommand } from "./run-command.ts";

/** Addresses of a lab. The same in every lab: each has namespaces of its own. */
export const LAB_ADDRESSES = {
  /** The node as pods see it; probes come from here. */
  node: "10.244.0.1",
  /** ClusterIP of the cluster's DNS server. */
  dns: "10.96.0.10",
  /** ClusterIP of the control plane's Service, and its pod address. */
  controller: "10.96.0.15",
  controllerPod: "10.244.0.2",
} as const;

/** Networks of the outside world; each server there has an address of one of them. */
const OUTSIDE_NETWORKS = ["203.0.113.0/24", "198.51.100.0/24", "10.122.24.0/24", "172.29.1.0/24"] as const;
/** Below /proc/sys/net of the fabric: it routes, and never tells a pod of a shorter way. */
const FABRIC_SETTINGS = [
  "ipv4/ip_forward=1",
  "ipv4/conf/all/send_redirects=0",
  "ipv4/conf/default/send_redirects=0",
  "ipv6/conf/all/forwarding=1",
];
/** Network of the pods' second addresses, in a lab that has them. */
const NODE6 = "fd00:10:244::1";
const OUTSIDE_LINK = "192.0.2.2";
const FABRIC_LINK = "192.0.2.1";

/** The wires of a lab: a fabric that routes, an outside world, pods. Nothing of it has an uplink. */
export interface LabNetwork {
  /** Name of the namespace that routes between all others: the node, as pods see it. */
  readonly fabric: string;
  readonly outside: string;
  /** Whether pods have an IPv6 address beside their own, `secondAddress`. */
  readonly dualStack: boolean;
  /** Makes a pod's namespace with `eth0` at `address`; returns its name. */
  addPod(name: string, address: string): Promise<string>;
  removePod(namespace: string): Promise<void>;
  /** Leads a Service-like address to a pod. */
  route(address: string, pod: string): Promise<void>;
}

/** The IPv6 address of a pod whose own is `10.244.A.B`. */
export function secondAddress(address: string): string {
  const [, , third = "", fourth = ""] = address.split(".");
  return `fd00:10:244::${third}:${fourth}`;
}

/** Full name of one of a lab's namespaces. */
export function namespaceName(id: string, name: string): string {
  return `${namespacePrefix(id)}${name}`;
}

/** `ip netns exec` without its copy of /sys: the network of a namespace and the files of the machine. */
export function inNetwork(namespace: string, argv: readonly string[]): readonly string[] {
  return ["nsenter", `--net=/run/netns/${namespace}`, "--", ...argv];
}

/** Makes fabric and outside world. They are removed with the lab (`removeLab`). */
export async function createLabNetwork(id: string, dualStack = false): Promise<LabNetwork> {
  const fabric = namespaceName(id, "fabric");
  const outside = namespaceName(id, "outside");
  await addNamespace(fabric, FABRIC_SETTINGS);
  await addNamespace(outside, []);
  const node6 = dualStack ? [`addr add ${NODE6}/64 dev br0 nodad`] : [];
  await ipBatch(fabric, ["link add br0 type bridge", `addr add ${LAB_ADDRESSES.node}/16 dev br0`, ...node6, "link set br0 up"]);
  await connectOutside(fabric, outside);
  let links = 0;
  return {
    fabric,
    outside,
    dualStack,
    addPod: (name, address) => addPod(fabric, namespaceName(id, name), { address, link: `p${links++}`, dualStack }),
    removePod: async (namespace) => {
      await runCommand(["ip", "netns", "del", namespace]);
    },
    route: (address, pod) => ipBatch(fabric, [`route replace ${address}/32 via ${pod}`]),
  };
}

async function addPod(fabric: string, namespace: string, port: { address: string; link: string; dualStack: boolean }): Promise<string> {
  await addNamespace(namespace, []);
  await ipBatch(fabric, [
    `link add ${port.link} type veth peer name eth0 netns ${namespace}`,
    `link set ${port.link} master br0`,
    `link set ${port.link} up`,
  ]);
  await ipBatch(namespace, [`addr add ${port.address}/16 dev eth0`, "link set eth0 up", `route add default via ${LAB_ADDRESSES.node}`]);
  if (port.dualStack) {
    await ipBatch(namespace, [`addr add ${secondAddress(port.address)}/64 dev eth0 nodad`, `route add default via ${NODE6}`]);
  }
  return namespace;
}

/** The outside world owns whole networks: `local` routes make every address of them answer. */
async function connectOutside(fabric: string, outside: string): Promise<void> {
  const routes = [...OUTSIDE_NETWORKS, `${LAB_ADDRESSES.dns}/32`];
  await ipBatch(fabric, [
    `link add out0 type veth peer name eth0 netns ${outside}`,
    `addr add ${FABRIC_LINK}/30 dev out0`,
    "link set out0 up",
    ...routes.map((network) => `route add ${network} via ${OUTSIDE_LINK} onlink dev out0`),
  ]);
  await ipBatch(outside, [
    `addr add ${OUTSIDE_LINK}/30 dev eth0`,
    "link set eth0 up",
    `route add default via ${FABRIC_LINK}`,
    ...routes.map((network) => `route add local ${network} dev lo`),
  ]);
}

async function addNamespace(name: string, settings: readonly string[]): Promise<void> {
  await mustRun(["ip", "netns", "add", name]);
  await ipBatch(name, ["link set lo up"]);
  const writes = settings.map((setting) => setting.split("=")).map(([path, value]) => `echo ${value} > /proc/sys/net/${path}`);
  if (writes.length > 0) await mustRun(inNetwork(name, ["sh", "-ec", writes.join("\n")]));
}

async function ipBatch(namespace: string, lines: readonly string[]): Promise<void> {
  await mustRun(["ip", "-n", namespace, "-batch", "-"], { input: `${lines.join("\n")}\n` });
}
