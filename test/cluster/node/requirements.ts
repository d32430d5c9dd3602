import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const BINARIES = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl", "helm"];
const COMMANDS = ["containerd", "ctr", "runc", "conntrack", "iptables", "nft", "ip", "nsenter", "unshare", "setpriv", "mount"];
const PLUGIN_FOLDERS = ["/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"];
const IMAGES = ["controller", "proxyv2", "tools", "pause", "coredns"];
const INDEX = "dist/images/index.json";

export const IMAGE_ARCHIVE = "dist/images/all.tar";

/** What the cluster needs and this machine lacks, each with what brings it; empty when all is there. */
export function missingRequirements(): readonly string[] {
  return [
    ...(process.getuid?.() === 0 ? [] : ["root: a node needs namespaces, mounts and cgroups"]),
    ...BINARIES.filter((name) => !isThere(name)).map((name) => `${name}: make binaries-envtest binaries-node`),
    ...COMMANDS.filter((name) => !isThere(name)).map((name) => `${name}: make system-cluster`),
    ...(findPluginFolder() === undefined ? ["network plugins (bridge, host-local, portmap): make system-cluster"] : []),
    ...missingImages().map((name) => `image ${name}: make images, with make binaries-node before it`),
  ];
}

/** Folder of the CNI plugins, which is another one in each distribution. */
export function findPluginFolder(): string | undefined {
  return PLUGIN_FOLDERS.find((folder) => ["bridge", "host-local", "portmap"].every((plugin) => existsSync(join(folder, plugin))));
}

function isThere(name: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missingImages(): readonly string[] {
  const known = existsSync(INDEX) && existsSync(IMAGE_ARCHIVE) ? Object.keys(JSON.parse(readFileSync(INDEX, "utf8")) as object) : [];
  return IMAGES.map((name) => `localhost/fairlead/${name}:dev`).filter((name) => !known.includes(name));
}
