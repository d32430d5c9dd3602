import { canonicalService } from "./canonical-service.ts";
import { appContainers, defaultContainer } from "./default-container.ts";
import { NO_FRAGMENT, type PodFragment } from "./pod-fragment.ts";
import { proxyContainer } from "./proxy-container.ts";
import type { ProxySettings } from "./proxy-settings.ts";
import { PROXY_VOLUMES } from "./proxy-volumes.ts";
import { revisionAnnotations } from "./revision-annotations.ts";

/** Fills the gateway's own container `istio-proxy`; nothing is redirected, it is called by its Service. */
export function gatewayTemplate(settings: ProxySettings): PodFragment {
  const { input, volumes, pod, prometheus } = settings;
  const apps = appContainers(pod);
  const base = proxyContainer(settings, "router");
  const container = { ...base, env: [...(base.env as readonly unknown[]), ...prometheus.env] };
  return {
    ...NO_FRAGMENT,
    labels: canonicalService(settings),
    annotations: defaultContainer(apps.length === 1 ? apps[0] : undefined),
    ownAnnotations: revisionAnnotations(settings, prometheus.annotations),
    dropped: prometheus.dropped,
    placed: [{ container, list: "containers", at: "last" }],
    volumes: [...PROXY_VOLUMES, ...volumes.volumes],
    imagePullSecrets: input.values.global.imagePullSecrets.map((name) => ({ name })),
  };
}
