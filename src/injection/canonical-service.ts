import type { ProxySettings } from "./proxy-settings.ts";

/** Labels by which telemetry groups workloads; a label of the user stands, and an empty one says nothing. */
export function canonicalService({ pod, workload }: ProxySettings): Readonly<Record<string, string>> {
  const { labels } = pod;
  const name = labels["service.istio.io/canonical-name"] || labels["app.kubernetes.io/name"] || labels.app || labelValue(workload.name);
  const revision = labels["service.istio.io/canonical-revision"] || labels["app.kubernetes.io/version"] || labels.version || "latest";
  return {
    ...(name === "" ? {} : { "service.istio.io/canonical-name": name }),
    "service.istio.io/canonical-revision": revision,
  };
}

/** Names may be longer than a label's 63 characters; what is cut must not end in a separator. */
function labelValue(name: string): string {
  return name.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
}
