import type { WorkloadOwner } from "./injection-input.ts";
import { fieldAt, isObject, type JsonObject, listAt, objectAt, textAt } from "./json-object.ts";

/** Name and address of a pod's workload: what telemetry and the canonical name go by. */
export interface Workload {
  readonly name: string;
  /** `kubernetes://apis/apps/v1/namespaces/shop/deployments/web`. */
  readonly uri: string;
}

/** `owner` where the template's owner is known; else what the pod's owner references tell. */
export function workloadOf(pod: JsonObject, namespace: string, owner: WorkloadOwner | undefined): Workload {
  const found = owner ?? deployer(pod) ?? { apiVersion: "v1", kind: "Pod", name: podName(pod) };
  const collection = `${found.kind.toLowerCase()}s`;
  return { name: found.name, uri: `kubernetes://apis/${found.apiVersion}/namespaces/${namespace}/${collection}/${found.name}` };
}

/** The controller of the pod, and one step further where the name tells it: ReplicaSet → Deployment, Job → CronJob. */
function deployer(pod: JsonObject): WorkloadOwner | undefined {
  const metadata = objectAt(pod, "metadata");
  const reference = listAt(metadata, "ownerReferences").find((item) => fieldAt(item, "controller") === true);
  if (!isObject(reference)) return undefined;
  const owner = {
    apiVersion: textAt(reference, "apiVersion") ?? "v1",
    kind: textAt(reference, "kind") ?? "Pod",
    name: textAt(reference, "name") ?? podName(pod),
  };
  const hash = textAt(objectAt(metadata, "labels"), "pod-template-hash");
  if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return { apiVersion: owner.apiVersion, kind: "Deployment", name: owner.name.slice(0, -hash.length - 1) };
  }
  // The CronJob controller names its Jobs NAME-MINUTES, eight digits for the next decades.
  const cronJob = owner.kind === "Job" ? /^(.+)-\d{8,10}$/.exec(owner.name)?.[1] : undefined;
  return cronJob === undefined ? owner : { apiVersion: owner.apiVersion, kind: "CronJob", name: cronJob };
}

function podName(pod: JsonObject): string {
  const metadata = objectAt(pod, "metadata");
  return textAt(metadata, "name") ?? (textAt(metadata, "generateName") ?? "").replace(/-+$/, "");
}
