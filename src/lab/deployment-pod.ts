import { randomBytes, randomUUID } from "node:crypto";
import type { ClusterObject } from "./cluster-object.ts";
import type { PodManifest, PodSpec } from "./pod-spec.ts";

interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

const TEMPLATE_HASH = "7c55c868cf";

/** The pod that a Deployment's ReplicaSet would ask for, before admission: a prefix for its name, and its owner. */
export function deploymentPod(deployment: ClusterObject): PodManifest {
  const { template } = deployment["spec"] as { readonly template: PodTemplate };
  const replicaSet = `${deployment.metadata.name}-${TEMPLATE_HASH}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${replicaSet}-`,
      namespace: deployment.metadata.namespace ?? "default",
      labels: { ...template.metadata?.labels, "pod-template-hash": TEMPLATE_HASH },
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: replicaSet, uid: randomUUID(), controller: true }],
    },
    // The service account is filled in by an admission plugin of the API server that runs before the webhooks.
    spec: { serviceAccountName: "default", ...template.spec },
  };
}

/** Gives the admitted pod the name and the uid that the API server would. */
export function namePod(pod: PodManifest): PodManifest {
  const name = pod.metadata.name ?? `${pod.metadata.generateName}${randomBytes(4).toString("hex").slice(0, 5)}`;
  return { ...pod, metadata: { ...pod.metadata, name, uid: randomUUID() } };
}
