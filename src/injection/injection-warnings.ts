import type { Finding } from "../telemetry/finding.ts";
import { metadataFindings } from "../validation/metadata/metadata-findings.ts";
import type { InjectionInput } from "./injection-input.ts";
import type { Pod } from "./pod.ts";

/** What kubectl shows beside a pod that was accepted. */
export function injectionWarnings(pod: Pod, input: InjectionInput): readonly string[] {
  return [...metadataWarnings(pod), ...podSecurity(input)];
}

/** The same that `fairlead validate` says of the pod: a label or annotation that is not read is not passed over in silence. */
function metadataWarnings({ labels, annotations }: Pod): readonly string[] {
  return metadataFindings({ apiVersion: "v1", kind: "Pod", metadata: { labels, annotations } }).map(line);
}

function line({ path, message, code }: Finding): string {
  return `${path}: ${message} (${code})`;
}

/** Else the API server answers with a list of violations that does not say where they come from. */
function podSecurity({ namespaceLabels, namespace }: InjectionInput): readonly string[] {
  const level = namespaceLabels["pod-security.kubernetes.io/enforce"];
  if (level !== "restricted" && level !== "baseline") return [];
  return [`namespace ${namespace} enforces Pod Security "${level}", which forbids istio-init (NET_ADMIN): use level privileged there`];
}
