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

/** The controller of the pod, and one step further where it can be told. */
function deployer(pod: JsonObject): WorkloadOwner | undefined {
  const metadata = objectAt(pod, "metadata");
  const reference = listAt(metadata, "ownerReferences").find((item) => fieldAt(item, "controller") === true);
  if (!isObject(reference)) return undefined;
  const owner = {
    apiVersion: textAt(reference, "apiVersion") ?? "v1",
    kind: textAt(reference, "kind") ?? "Pod",
    name: textAt(reference, "name") ?? podName(pod),
  };
  return ownerOfOwner(owner, objectAt(metadata, "labels")) ?? owner;
}

/** By which name a controller of controllers makes the one that makes pods: the label that holds the name's end, or the name itself. */
function ownerOfOwner({ apiVersion, kind, name }: WorkloadOwner, labels: JsonObject): WorkloadOwner | undefined {
  switch (kind) {
    case "ReplicaSet":
      return (
        named(apiVersion, "Deployment", withoutHash(name, textAt(labels, "pod-template-hash"))) ??
        named(apiVersion, "Rollout", withoutHash(name, textAt(labels, "rollouts-pod-template-hash")))
      );
    case "ReplicationController":
      return named(apiVersion, "DeploymentConfig", textAt(labels, "deploymentconfig"));
    case "Job":
      // The CronJob controller names its Jobs NAME-MINUTES, eight digits for the next decades.
      return named(apiVersion, "CronJob", /^(.+)-\d{8,10}$/.exec(name)?.[1]);
    default:
      return undefined;
  }
}

function named(apiVersion: string, kind: string, name: string | undefined): WorkloadOwner | undefined {
  return name === undefined || name === "" ? undefined : { apiVersion, kind, name };
}

function withoutHash(name: string, hash: string | undefined): string | undefined {
  return hash !== undefined && hash !== "" && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : undefined;
}

function podName(pod: JsonObject): string {
  const metadata = objectAt(pod, "metadata");
  return textAt(metadata, "name") ?? (textAt(metadata, "generateName") ?? "").replace(/-+$/, "");
}
