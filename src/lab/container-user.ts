import type { ContainerImage } from "./container-image.ts";
import type { ContainerSpec, PodSpec } from "./pod-spec.ts";

/** As whom, and with which rights, a container's process runs. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Names as setpriv takes them: `net_admin`. All others are taken away for good. */
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: boolean;
  readonly privileged: boolean;
}

/** What containerd gives a container that asks for nothing. */
const DEFAULT_CAPABILITIES = [
  "chown",
  "dac_override",
  "fsetid",
  "fowner",
  "mknod",
  "net_raw",
  "setgid",
  "setuid",
  "setfcap",
  "setpcap",
  "net_bind_service",
  "sys_chroot",
  "kill",
  "audit_write",
] as const;

/** Container over pod over image, as the kubelet does it. */
export function containerUser(pod: PodSpec, container: ContainerSpec, image: ContainerImage): ContainerUser {
  const own = container.securityContext ?? {};
  const shared = pod.securityContext ?? {};
  const identity = userAndGroup({ ...shared, ...own }, image);
  if ((own.runAsNonRoot ?? shared.runAsNonRoot) && identity.uid === 0)
    throw new Error(`container ${container.name} must not run as root, and would`);
  return {
    ...identity,
    groups: [...(shared.fsGroup === undefined ? [] : [shared.fsGroup]), ...(shared.supplementalGroups ?? [])],
    capabilities: capabilities(own.capabilities?.add ?? [], own.capabilities?.drop ?? []),
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    privileged: own.privileged === true,
  };
}

function userAndGroup(
  wanted: { readonly runAsUser?: number; readonly runAsGroup?: number },
  image: ContainerImage,
): { uid: number; gid: number } {
  const [user, group] = image.user.split(":");
  return { uid: wanted.runAsUser ?? numeric(user), gid: wanted.runAsGroup ?? numeric(group) };
}

function numeric(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  if (!/^\d+$/.test(text)) throw new Error(`the lab takes users and groups of images by number, not by name: ${text}`);
  return Number(text);
}

function capabilities(add: readonly string[], drop: readonly string[]): readonly string[] {
  const dropped = new Set(drop.map(capabilityName));
  const added = add.map(capabilityName);
  if (added.includes("all")) return ["all"];
  const kept = dropped.has("all") ? [] : DEFAULT_CAPABILITIES.filter((name) => !dropped.has(name));
  return [...new Set([...kept, ...added])];
}

function capabilityName(name: string): string {
  return name.toLowerCase().replace(/^cap_/, "");
}

/** Arguments of setpriv that make it so; the command follows them. */
export function setprivArguments(user: ContainerUser): readonly string[] {
  const groups = user.groups.length > 0 ? [`--groups=${user.groups.join(",")}`] : ["--clear-groups"];
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, ...groups];
  if (user.privileged || user.capabilities.includes("all")) return identity;
  const bounding = ["-all", ...user.capabilities.map((name) => `+${name}`)].join(",");
  return [...identity, `--bounding-set=${bounding}`, "--inh-caps=-all", ...(user.noNewPrivileges ? ["--no-new-privs"] : [])];
}
