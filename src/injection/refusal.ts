/** Why a pod cannot be injected: the field, and what to write instead. */
export interface Refusal {
  /** Path within the pod, as `metadata.annotations["proxy.istio.io/config"]`. */
  readonly path: string;
  readonly message: string;
}

export function annotationRefusal(annotation: string, message: string): Refusal {
  return { path: `metadata.annotations["${annotation}"]`, message };
}
