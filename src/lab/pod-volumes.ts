import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PodPlace } from "./container-environment.ts";
import type { ContainerMount } from "./container-script.ts";
import { podField, resourceField } from "./pod-fields.ts";
import type { ContainerSpec, DownwardItem, KeyToPath, PodSpec, ProjectedSource, VolumeSpec } from "./pod-spec.ts";
import { mustRun } from "./run-command.ts";
import type { TokenIssuer } from "./service-account-token.ts";

/** What volumes are filled from. */
export interface VolumeSources {
  readonly issuer: TokenIssuer;
  /** Data of a ConfigMap; undefined when it does not exist (yet). */
  configMap(namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
}

interface VolumeFile {
  readonly path: string;
  readonly content: string;
  readonly secret?: boolean;
}

/** Makes the pod's volumes as folders below `folder` and fills them; throws, naming the volume, when one cannot be made. */
export async function makeVolumes(place: PodPlace, folder: string, sources: VolumeSources): Promise<void> {
  for (const volume of place.pod.spec.volumes ?? []) {
    const path = join(folder, volume.name);
    await mkdir(path, { recursive: true });
    if (volume.emptyDir?.medium === "Memory") await mustRun(["mount", "-t", "tmpfs", "-o", "mode=0777", "fairlead-lab", path]);
    const files = await volumeFiles(place, volume, sources);
    for (const file of files) await writeVolumeFile(path, file, place.pod.spec);
    await chmod(path, volume.emptyDir ? 0o2777 : 0o755);
    const group = place.pod.spec.securityContext?.fsGroup;
    if (group !== undefined) await chown(path, 0, group);
  }
}

async function writeVolumeFile(folder: string, file: VolumeFile, spec: PodSpec): Promise<void> {
  const path = join(folder, file.path);
  const group = spec.securityContext?.fsGroup;
  const user = file.secret ? commonUser(spec) : undefined;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, file.content);
  // A token is closed as far as the kubelet can close it: to the group of volumes, to the one user of all containers, or not at all.
  await chmod(path, !file.secret ? 0o644 : group !== undefined ? 0o640 : user !== undefined ? 0o600 : 0o644);
  if (group !== undefined || user !== undefined) await chown(path, user ?? 0, group ?? 0);
}

/** The user that every container of the pod runs as, where the spec says so for each. */
function commonUser(spec: PodSpec): number | undefined {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const users = new Set(containers.map((container) => container.securityContext?.runAsUser ?? spec.securityContext?.runAsUser));
  return users.size === 1 ? [...users][0] : undefined;
}

async function volumeFiles(place: PodPlace, volume: VolumeSpec, sources: VolumeSources): Promise<readonly VolumeFile[]> {
  if (volume.emptyDir) return [];
  if (volume.downwardAPI) return downwardFiles(place, volume.downwardAPI.items ?? []);
  if (volume.configMap) return configMapFiles(place, volume.configMap, sources);
  if (volume.projected) {
    const parts = (volume.projected.sources ?? []).map((source) => projectedFiles(place, source, sources));
    return (await Promise.all(parts)).flat();
  }
  throw new Error(`volume ${volume.name} is of a kind the lab does not have: ${Object.keys(volume).join(", ")}`);
}

function downwardFiles(place: PodPlace, items: readonly DownwardItem[]): readonly VolumeFile[] {
  return items.map((item) => {
    if (item.resourceFieldRef) {
      const { containerName, resource, divisor } = item.resourceFieldRef;
      const all = [...(place.pod.spec.initContainers ?? []), ...place.pod.spec.containers];
      const container = all.find((candidate) => candidate.name === containerName);
      return { path: item.path, content: resourceField(container?.resources, resource, divisor) };
    }
    const content = podField(place.pod, place.address, item.fieldRef?.fieldPath ?? "");
    if (content === undefined) throw new Error(`downward file ${item.path}: unknown field ${item.fieldRef?.fieldPath}`);
    return { path: item.path, content };
  });
}

async function configMapFiles(
  place: PodPlace,
  source: { readonly name: string; readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  sources: VolumeSources,
): Promise<readonly VolumeFile[]> {
  const data = await sources.configMap(place.pod.metadata.namespace ?? "default", source.name);
  if (!data) {
    if (source.optional) return [];
    throw new Error(`ConfigMap ${source.name} does not exist in namespace ${place.pod.metadata.namespace}`);
  }
  const items = source.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  return items.map((item) => ({ path: item.path, content: data[item.key] ?? "" }));
}

async function projectedFiles(place: PodPlace, source: ProjectedSource, sources: VolumeSources): Promise<readonly VolumeFile[]> {
  if (source.downwardAPI) return downwardFiles(place, source.downwardAPI.items ?? []);
  if (source.configMap) return configMapFiles(place, source.configMap, sources);
  if (!source.serviceAccountToken) throw new Error(`projected source of a kind the lab does not have: ${Object.keys(source).join(", ")}`);
  const { audience, expirationSeconds, path } = source.serviceAccountToken;
  const token = sources.issuer.mint({
    namespace: place.pod.metadata.namespace ?? "default",
    serviceAccount: place.pod.spec.serviceAccountName ?? "default",
    ...(place.pod.metadata.name ? { pod: place.pod.metadata.name } : {}),
    audience: audience ?? "https://kubernetes.default.svc.cluster.local",
    expirationSeconds: expirationSeconds ?? 3600,
    issuedAt: Math.floor(sources.now() / 1000),
  });
  return [{ path, content: token, secret: true }];
}

/** Where a container sees which volume. ConfigMap, projected and downward volumes are read-only whatever the mount says. */
export function volumeMounts(place: PodPlace, container: ContainerSpec, folder: string): readonly ContainerMount[] {
  return (container.volumeMounts ?? []).map((mount) => {
    const volume = place.pod.spec.volumes?.find((candidate) => candidate.name === mount.name);
    if (!volume) throw new Error(`container ${container.name} mounts ${mount.name}, which is not a volume of the pod`);
    const source = join(folder, volume.name, mount.subPath ?? "");
    return { source, target: mount.mountPath, readOnly: mount.readOnly === true || !volume.emptyDir };
  });
}
