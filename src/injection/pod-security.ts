import type { ProxySettings } from "./proxy-settings.ts";

const LABEL = "pod-security.kubernetes.io/";
/** What refuses before what warns. */
const MODES = ["enforce", "warn"] as const;
const OPEN = "privileged";

/**
 * Said before the API server lists its violations, which do not tell where they come from: only root with NET_ADMIN can write the
 * redirection, and neither of the two narrower levels allows that. A pod whose traffic is not redirected needs nothing of the kind.
 */
export function podSecurityWarning({ input, interception, templates }: ProxySettings): readonly string[] {
  const { namespace, namespaceLabels } = input;
  if (!templates.includes("sidecar") || interception.mode === "NONE") return [];
  const mode = MODES.find((candidate) => ![undefined, "", OPEN].includes(namespaceLabels[LABEL + candidate]));
  if (mode === undefined) return [];
  const level = namespaceLabels[LABEL + mode];
  const does = mode === "enforce" ? "refuses" : "warns of";
  const needs = level === "baseline" ? "NET_ADMIN or NET_RAW" : "NET_ADMIN, NET_RAW or root";
  return [
    `namespace ${namespace} ${does} istio-init (${LABEL}${mode}=${level} allows no ${needs}): ` +
      `set it to ${OPEN}, or annotate pods sidecar.istio.io/interceptionMode=NONE`,
  ];
}
