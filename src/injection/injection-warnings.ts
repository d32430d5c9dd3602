import { PROXY_CONFIG_ANNOTATION } from "../api/mesh/proxy-config.ts";
import type { Finding } from "../telemetry/finding.ts";
import { metadataFindings } from "../validation/metadata/metadata-findings.ts";
import { notBuilt } from "../validation/not-built.ts";
import type { Pod } from "./pod.ts";
import { podSecurityWarning } from "./pod-security.ts";
import type { ProxySettings } from "./proxy-settings.ts";

/** What kubectl shows beside a pod that was accepted. */
export function injectionWarnings(pod: Pod, settings: ProxySettings): readonly string[] {
  return [...podSecurityWarning(settings), ...metadataWarnings(pod), ...proxyConfigWarnings(settings)];
}

/** Settings of the proxy that are unknown, or not built. Those that cannot be read have the pod refused. */
function proxyConfigWarnings({ ownConfig: { value, findings } }: ProxySettings): readonly string[] {
  const all = [...findings.filter(({ level }) => level === "warning"), ...notBuilt("ProxyConfig", value, "")];
  return all.map((found) => line({ ...found, path: `metadata.annotations["${PROXY_CONFIG_ANNOTATION}"].${found.path}` }));
}

/** The same that `fairlead validate` says of the pod: a label or annotation that is not read is not passed over in silence. */
function metadataWarnings({ labels, annotations }: Pod): readonly string[] {
  return metadataFindings({ apiVersion: "v1", kind: "Pod", metadata: { labels, annotations } }).map(line);
}

function line({ path, message, code }: Finding): string {
  return `${path}: ${message} (${code})`;
}
