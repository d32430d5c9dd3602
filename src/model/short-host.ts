/** DNS domain of the cluster's Services. */
export const CLUSTER_DOMAIN = "cluster.local";

/** Name under which a Kubernetes Service is called from anywhere in the mesh. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}

/**
 * A host as a user wrote it, made whole: a name without a dot means the Service of that name in the namespace of the object
 * that says it (Istio's VirtualService reference, «Destination.host»).
 */
export function fullHost(host: string, namespace: string): string {
  const lower = host.toLowerCase();
  return lower === "*" || lower.includes(".") ? lower : serviceHost(lower, namespace);
}

/**
 * Keys under which rules for `host` are found, the most specific first: itself, then each wildcard above it.
 * `a.b.com` → `a.b.com`, `*.b.com`, `*.com`, `*`.
 */
export function hostAndWildcards(host: string): readonly string[] {
  const labels = (host.startsWith("*.") ? host.slice(2) : host).split(".");
  const from = host.startsWith("*.") ? 0 : 1;
  const wildcards = labels.slice(from).map((_, i) => `*.${labels.slice(from + i).join(".")}`);
  return [...new Set([host, ...wildcards, "*"])];
}
