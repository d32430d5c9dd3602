import { canonicalService } from "./canonical-service.ts";
import type { PodFragment } from "./pod-fragment.ts";
import { prometheusMerge } from "./prometheus-merge.ts";
import { proxyContainer } from "./proxy-container.ts";
import type { ProxySettings } from "./proxy-settings.ts";
import { PROXY_VOLUMES } from "./proxy-volumes.ts";

/** Fills the gateway's own container `istio-proxy`; nothing is redirected, it is called by its Service. */
export function gatewayTemplate(settings: ProxySettings): PodFragment {
  const { input, volumes } = settings;
  const prometheus = prometheusMerge(settings);
  const base = proxyContainer(settings, "router");
  const container = { ...base, env: [...(base.env as readonly unknown[]), ...prometheus.env] };
  return {
    labels: canonicalService(settings),
    annotations: input.values.sidecarInjectorWebhook.injectedAnnotations,
    ownAnnotations: { "istio.io/rev": input.revision, ...prometheus.annotations },
    placed: [{ container, list: "containers", at: "last" }],
    volumes: [...PROXY_VOLUMES, ...volumes.volumes],
    imagePullSecrets: input.values.global.imagePullSecrets.map((name) => ({ name })),
  };
}
