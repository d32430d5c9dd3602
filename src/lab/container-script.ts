import { TOOLS_MOUNT, toolCommand } from "./container-tools.ts";
import { type ContainerUser, setprivArguments } from "./container-user.ts";

/** One folder or file of the machine at a place in the container. */
export interface ContainerMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** True when `source` is a file. */
  readonly file?: boolean;
}

/** Everything that is needed to start one container; made from the spec, executed by the script. */
export interface ContainerPlan {
  readonly hostname: string;
  /** Lowest first. */
  readonly layers: readonly string[];
  readonly readOnlyRoot: boolean;
  readonly mounts: readonly ContainerMount[];
  readonly user: ContainerUser;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly command: readonly string[];
  /** An empty folder of the machine; the root is mounted in it, visible to the container alone. */
  readonly scratch: string;
  /** Folder of `installContainerTools`. */
  readonly tools: string;
  /** The script writes the process id there, as the machine counts it. */
  readonly pidFile: string;
}

const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"] as const;

/**
 * The shell script that becomes the container: run as process 1 of new mount, PID, UTS and IPC namespaces, it builds the root
 * and replaces itself with the container's command.
 */
export function containerScript(plan: ContainerPlan): string {
  const root = `${plan.scratch}/root`;
  const mounts = [...plan.mounts].sort((a, b) => depth(a.target) - depth(b.target));
  return [
    "set -eu",
    `read -r pid rest < /proc/self/stat; echo "$pid" > ${quote(plan.pidFile)}`,
    "mount --make-rprivate /",
    `hostname ${quote(plan.hostname)} 2>/dev/null || echo ${quote(plan.hostname)} > /proc/sys/kernel/hostname`,
    ...rootFileSystem(plan, root),
    ...devices(root),
    `mkdir -p ${quote(root + TOOLS_MOUNT)}; mount --bind ${quote(plan.tools)} ${quote(root + TOOLS_MOUNT)}`,
    ...mounts.flatMap((mount) => bindMount(mount, root)),
    ...mounts.filter((mount) => mount.readOnly).map((mount) => `mount -o remount,ro,bind "$(place ${quote(mount.target)})"`),
    ...kernelFiles(plan, root),
    ...(plan.readOnlyRoot ? [`mount -o remount,ro ${quote(root)}`] : []),
    `exec env -i ${environmentWords(plan)} "$(command -v unshare)" ${words([`--root=${root}`, `--wd=${plan.workingDir}`, ...insideCommand(plan)])}`,
    "",
  ].join("\n");
}

/** A command inside the container, as its user: what the script ends in, and what an exec runs. */
export function insideCommand(plan: Pick<ContainerPlan, "user" | "command">): readonly string[] {
  return [...toolCommand("setpriv"), ...setprivArguments(plan.user), "--", ...plan.command];
}

function rootFileSystem(plan: ContainerPlan, root: string): readonly string[] {
  const lower = [...plan.layers].reverse().join(":");
  const options = `lowerdir=${lower},upperdir=${plan.scratch}/upper,workdir=${plan.scratch}/work`;
  const copies = plan.layers.map((layer) => `cp -a ${quote(`${layer}/.`)} ${quote(root)}`).join("; ");
  return [
    `mount -t tmpfs -o mode=755 fairlead-lab ${quote(plan.scratch)}`,
    `mkdir ${words(["upper", "work", "root"].map((name) => `${plan.scratch}/${name}`))}`,
    // Where overlayfs is missing (a container without it), the layers are copied: slower, the same content.
    `mount -t overlay overlay -o ${quote(options)} ${quote(root)} 2>/dev/null || { mount --bind ${quote(root)} ${quote(root)}; ${copies}; }`,
    // Resolves a path as the container will see it: /var/run of an image is a link, and must not lead out of the root.
    `place() { printf '%s%s' ${quote(root)} "$(unshare --root=${quote(root)} ${words(toolCommand("realpath"))} -m "$1")"; }`,
  ];
}

function devices(root: string): readonly string[] {
  return [
    `mkdir -p ${words(["dev", "proc", "sys", "tmp", "etc"].map((name) => `${root}/${name}`))}`,
    `mount -t tmpfs -o mode=755 dev ${quote(`${root}/dev`)}`,
    `mkdir ${words(["shm", "pts"].map((name) => `${root}/dev/${name}`))}`,
    ...DEVICES.map((name) => `: > ${quote(`${root}/dev/${name}`)}; mount --bind /dev/${name} ${quote(`${root}/dev/${name}`)}`),
    `mount -t tmpfs -o mode=1777 shm ${quote(`${root}/dev/shm`)}`,
    `mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts ${quote(`${root}/dev/pts`)}; ln -s pts/ptmx ${quote(`${root}/dev/ptmx`)}`,
    ...["fd fd", "fd/0 stdin", "fd/1 stdout", "fd/2 stderr"].map((link) => {
      const [target, name] = link.split(" ");
      return `ln -s /proc/self/${target} ${quote(`${root}/dev/${name}`)}`;
    }),
  ];
}

function kernelFiles(plan: ContainerPlan, root: string): readonly string[] {
  const sys = quote(`${root}/proc/sys`);
  return [
    `mount -t proc proc ${quote(`${root}/proc`)}`,
    `mount -t sysfs -o ro sysfs ${quote(`${root}/sys`)}`,
    ...(plan.user.privileged ? [] : [`mount --bind ${sys} ${sys}; mount -o remount,ro,bind ${sys}`]),
  ];
}

function bindMount(mount: ContainerMount, root: string): readonly string[] {
  const make = mount.file ? `mkdir -p "\${at%/*}"; [ -e "$at" ] || : > "$at"` : `mkdir -p "$at"`;
  return [
    `at="$(place ${quote(mount.target)})"; case "$at" in ${quote(root)}/*) ;; *) exit 125;; esac; ${make}; mount --bind ${quote(mount.source)} "$at"`,
  ];
}

function environmentWords(plan: ContainerPlan): string {
  return words(Object.entries(plan.environment).map(([name, value]) => `${name}=${value}`));
}

function depth(path: string): number {
  return path.split("/").length;
}

function words(list: readonly string[]): string {
  return list.map(quote).join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
