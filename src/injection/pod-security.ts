import { CORE_DUMP_CONTAINER, REDIRECTION_CONTAINER } from "../base/proxy-containers.ts";
import type { ProxySettings } from "./proxy-settings.ts";

const LABEL = "pod-security.kubernetes.io/";
/** What refuses before what warns. */
const MODES = ["enforce", "warn"] as const;
const OPEN = "privileged";

/** A container of ours that the narrower levels do not allow. */
interface Demanding {
  readonly container: string;
  /** What it needs and the level does not allow. */
  needs(level: string): string;
  /** How a pod does without it. */
  readonly instead: string;
}

/** Only root with NET_ADMIN can write the redirection. */
const REDIRECTION: Demanding = {
  container: REDIRECTION_CONTAINER,
  needs: (level) => (level === "baseline" ? "NET_ADMIN or NET_RAW" : "NET_ADMIN, NET_RAW or root"),
  instead: "sidecar.istio.io/interceptionMode=NONE",
};

const CORE_DUMP: Demanding = {
  container: CORE_DUMP_CONTAINER,
  needs: () => "privileged container",
  instead: "sidecar.istio.io/enableCoreDump=false",
};

/**
 * Said before the API server lists its violations, which do not tell where they come from. A pod that has none of these containers needs nothing
 * of the kind.
 */
export function podSecurityWarning({ input, interception, templates, dumpsCore }: ProxySettings): readonly string[] {
  const { namespace, namespaceLabels } = input;
  if (!templates.includes("sidecar")) return [];
  const mode = MODES.find((candidate) => ![undefined, "", OPEN].includes(namespaceLabels[LABEL + candidate]));
  if (mode === undefined) return [];
  const level = namespaceLabels[LABEL + mode] ?? "";
  const does = mode === "enforce" ? "refuses" : "warns of";
  const demanding = [...(interception.mode === "NONE" ? [] : [REDIRECTION]), ...(dumpsCore ? [CORE_DUMP] : [])];
  return demanding.map(
    ({ container, needs, instead }) =>
      `namespace ${namespace} ${does} ${container} (${LABEL}${mode}=${level} allows no ${needs(level)}): ` +
      `set it to ${OPEN}, or annotate pods ${instead}`,
  );
}
