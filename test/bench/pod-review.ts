import { postOf } from "./review-client.ts";

export const POD_NAMESPACE_NAME = "shop";

interface Variable {
  readonly name: string;
  readonly value: string;
}

function podOf(name: string, env: readonly Variable[]): object {
  const token = "kube-api-access-x2x4k";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { generateName: `${name}-6d4c-`, namespace: POD_NAMESPACE_NAME, labels: { app: name, "pod-template-hash": "6d4c" } },
    spec: {
      containers: [
        {
          name: "app",
          image: "registry.example.com/shop/app:1.2.3",
          ports: [{ containerPort: 8080, protocol: "TCP" }],
          ...(env.length > 0 && { env }),
          volumeMounts: [{ name: token, readOnly: true, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
        },
      ],
      serviceAccountName: "default",
      volumes: [{ name: token, projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }],
    },
  };
}

/** The creation of a pod, as an API server asks about it. */
function reviewOf(pod: object): Buffer {
  const kind = { group: "", version: "v1", kind: "Pod" };
  const request = {
    uid: "0df28fbd-5f5f-11e8-bc74-36e6bb280816",
    kind,
    resource: { group: "", version: "v1", resource: "pods" },
    ...{ namespace: POD_NAMESPACE_NAME, operation: "CREATE", dryRun: false, oldObject: null },
    userInfo: { username: "system:serviceaccount:kube-system:replicaset-controller", groups: ["system:serviceaccounts"] },
    object: pod,
  };
  return postOf("/inject?timeout=10s", JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", request }));
}

/** Of 1.3 kB, like the one the reference was measured with. */
export const smallPodReview: Buffer = reviewOf(podOf("web", []));

/** Of a megabyte, nearly as large as etcd takes: thousands of environment variables. */
export function largePodReview(): Buffer {
  const env = Array.from({ length: 10_000 }, (_, i) => ({ name: `SETTING_${i}`, value: `${i}-`.repeat(12).padEnd(60, "x") }));
  return reviewOf(podOf("large", env));
}

/** What the pod's namespace must be like. */
export const POD_NAMESPACE: object = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: POD_NAMESPACE_NAME, labels: { "istio-injection": "enabled" } },
};
