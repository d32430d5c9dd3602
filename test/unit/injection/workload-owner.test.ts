import { expect, test } from "vitest";
import { workloadOf } from "../../../src/injection/workload-owner.ts";

const CASES: readonly [string, object, object, string][] = [
  ["Deployment", { kind: "ReplicaSet", name: "web-5d9f" }, { "pod-template-hash": "5d9f" }, "apps/v1 deployments web"],
  ["Rollout", { kind: "ReplicaSet", name: "web-77" }, { "rollouts-pod-template-hash": "77" }, "apps/v1 rollouts web"],
  ["DeploymentConfig", { kind: "ReplicationController", name: "web-3" }, { deploymentconfig: "web" }, "apps/v1 deploymentconfigs web"],
  ["CronJob", { kind: "Job", name: "tidy-28900000" }, {}, "apps/v1 cronjobs tidy"],
  ["Job", { kind: "Job", name: "tidy-once" }, {}, "apps/v1 jobs tidy-once"],
  ["ReplicaSet by itself", { kind: "ReplicaSet", name: "web-x" }, { "pod-template-hash": "5d9f" }, "apps/v1 replicasets web-x"],
  ["anything else", { kind: "StatefulSet", name: "db" }, {}, "apps/v1 statefulsets db"],
];

test.each(CASES)("a pod of a %s", (_, owner, labels, wanted) => {
  const pod = { metadata: { name: "p", labels, ownerReferences: [{ apiVersion: "apps/v1", controller: true, ...owner }] } };
  const [group, kind, name] = wanted.split(" ");
  expect(workloadOf(pod, "shop", undefined)).toEqual({ name, uri: `kubernetes://apis/${group}/namespaces/shop/${kind}/${name}` });
});
