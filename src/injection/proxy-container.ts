import type { JsonObject } from "./json-object.ts";
import type { Container } from "./pod.ts";
import { proxyEnv } from "./proxy-env.ts";
import { imageReference } from "./proxy-image.ts";
import type { ProxySettings } from "./proxy-settings.ts";
import { PROXY_MOUNTS } from "./proxy-volumes.ts";
import { proxyProbes } from "./readiness.ts";

/** User and group of the proxy: the redirection lets this user's traffic pass. */
export const PROXY_UID = 1337;

/** Agent and Envoy of one pod. `router` for gateways, which nothing is redirected to. */
export function proxyContainer(settings: ProxySettings, role: "sidecar" | "router"): Container {
  const { input, readiness, volumes, resources } = settings;
  const { proxy, imagePullPolicy } = input.values.global;
  return {
    name: "istio-proxy",
    image: imageReference(settings, proxy.image),
    ...(imagePullPolicy === "" ? {} : { imagePullPolicy }),
    args: proxyArgs(settings, role),
    ports: [{ name: "http-envoy-prom", containerPort: 15090, protocol: "TCP" }],
    env: [...proxyEnv(settings), ...interceptionEnv(settings, role)],
    ...proxyProbes(readiness, proxy.startupProbe),
    resources: { ...resources },
    securityContext: securityContext(settings, role),
    volumeMounts: [...PROXY_MOUNTS, ...volumes.mounts],
  };
}

function proxyArgs({ pod, input }: ProxySettings, role: string): readonly string[] {
  const { proxy, logging } = input.values.global;
  const annotation = (name: string, fallback: string): string => pod.annotations[`sidecar.istio.io/${name}`] ?? fallback;
  return [
    "proxy",
    role,
    "--domain",
    `$(POD_NAMESPACE).svc.${proxy.clusterDomain}`,
    `--proxyLogLevel=${annotation("logLevel", proxy.logLevel)}`,
    `--proxyComponentLogLevel=${annotation("componentLogLevel", proxy.componentLogLevel)}`,
    `--log_output_level=${annotation("agentLogLevel", logging.level)}`,
  ];
}

function interceptionEnv({ interception }: ProxySettings, role: string): readonly { name: string; value: string }[] {
  return role === "sidecar" ? [{ name: "ISTIO_META_INTERCEPTION_MODE", value: interception.mode }] : [];
}

/** TPROXY keeps the caller's address, which only root with NET_ADMIN may do; everything else needs nothing. */
function securityContext({ input, interception }: ProxySettings, role: string): JsonObject {
  const { privileged, seccompProfile } = input.values.global.proxy;
  const transparent = role === "sidecar" && interception.mode === "TPROXY";
  return {
    allowPrivilegeEscalation: privileged,
    capabilities: transparent ? { add: ["NET_ADMIN"], drop: ["ALL"] } : { drop: ["ALL"] },
    privileged,
    readOnlyRootFilesystem: true,
    runAsGroup: PROXY_UID,
    runAsNonRoot: !transparent,
    runAsUser: transparent ? 0 : PROXY_UID,
    ...(Object.keys(seccompProfile).length === 0 ? {} : { seccompProfile }),
  };
}
