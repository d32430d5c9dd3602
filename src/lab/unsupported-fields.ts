import type { PodManifest } from "./pod-spec.ts";

/** What the runner carries out, and what has no effect on a node of one lab. */
const POD = [
  ...["serviceAccountName", "hostAliases", "initContainers", "containers", "volumes", "securityContext", "terminationGracePeriodSeconds"],
  ...["restartPolicy", "serviceAccount", "nodeName", "nodeSelector", "affinity", "tolerations", "schedulerName", "priority"],
  ...["priorityClassName", "preemptionPolicy", "imagePullSecrets", "enableServiceLinks", "automountServiceAccountToken"],
  ...["topologySpreadConstraints"],
];

const POD_SECURITY = ["runAsUser", "runAsGroup", "runAsNonRoot", "fsGroup", "supplementalGroups", "sysctls"];

const CONTAINER = [
  ...["name", "image", "command", "args", "env", "workingDir", "volumeMounts", "securityContext", "restartPolicy", "resources"],
  ...["startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "ports"],
  ...["imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy"],
];

const CONTAINER_SECURITY = [
  ...["runAsUser", "runAsGroup", "runAsNonRoot", "privileged", "readOnlyRootFilesystem", "allowPrivilegeEscalation", "capabilities"],
];

/** Paths of the fields that the runner neither carries out nor can leave out without changing what the pod does. */
export function unsupportedFields(pod: PodManifest): readonly string[] {
  const { spec } = pod;
  const lists = (["initContainers", "containers"] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) => {
      const path = `spec.${list}[${index}]`;
      return [...unknown(container, CONTAINER, path), ...unknown(container.securityContext, CONTAINER_SECURITY, `${path}.securityContext`)];
    }),
  );
  return [...unknown(spec, POD, "spec"), ...unknown(spec.securityContext, POD_SECURITY, "spec.securityContext"), ...lists];
}

function unknown(value: object | undefined, known: readonly string[], path: string): readonly string[] {
  const given = Object.entries(value ?? {}).filter(([, field]) => field !== undefined && field !== null && field !== false);
  return given.filter(([name]) => !known.includes(name)).map(([name]) => `${path}.${name}`);
}
