/** Kubernetes runs init containers with restartPolicy Always as sidecars from this minor version on, without a feature gate. */
const FIRST_MINOR = 29;

const ANNOTATION = "sidecar.istio.io/nativeSidecar";

/** The pod's annotation, else the cluster's version (`1.34`, `v1.34.4-gke.1`, `1.29+`). A version that cannot be read counts as new. */
export function usesNativeSidecar(annotations: Readonly<Record<string, string>>, kubeVersion: string): boolean {
  const wanted = annotations[ANNOTATION];
  if (wanted === "true" || wanted === "false") return wanted === "true";
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(kubeVersion) ?? [];
  if (major === undefined || minor === undefined) return true;
  return Number(major) > 1 || Number(minor) >= FIRST_MINOR;
}
