import { PROXY_CONTAINER } from "../base/proxy-containers.ts";
import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { MODE_VARIABLE } from "./interception-env.ts";
import type { JsonObject } from "./json-object.ts";
import type { Container } from "./pod.ts";
import { proxyEnv } from "./proxy-env.ts";
import { imageReference } from "./proxy-image.ts";
import type { ProxySettings } from "./proxy-settings.ts";
import { PROXY_UID } from "./proxy-user.ts";
import { PROXY_MOUNTS } from "./proxy-volumes.ts";
import { readinessProbe, sidecarProbes } from "./readiness.ts";

/** Agent and Envoy of one pod. `router` for gateways, which nothing is redirected to. */
export function proxyContainer(settings: ProxySettings, role: "sidecar" | "router"): Container {
  const { input, volumes } = settings;
  const { proxy, imagePullPolicy } = input.values.global;
  const { lifecycle } = proxy;
  return {
    name: PROXY_CONTAINER,
    image: imageReference(settings, proxy.image),
    ...(imagePullPolicy === "" ? {} : { imagePullPolicy }),
    args: proxyArgs(settings, role),
    ports: [{ name: "http-envoy-prom", containerPort: PROXY_PORTS.prometheus, protocol: "TCP" }],
    env: [...proxyEnv(settings), ...interceptionEnv(settings, role)],
    ...(Object.keys(lifecycle).length === 0 ? {} : { lifecycle }),
    ...probesAndResources(settings, role),
    securityContext: securityContext(settings, role),
    volumeMounts: [...PROXY_MOUNTS, ...volumes.mounts],
  };
}

/**
 * A gateway's resources come from who deploys it, and nothing waits for it to start: no startup probe. It is always asked whether it is
 * ready, though no status of sidecars is wanted: its Service would send it calls before it knows where they go.
 */
function probesAndResources({ input, readiness, resources }: ProxySettings, role: "sidecar" | "router"): JsonObject {
  if (role === "router") return readinessProbe(readiness);
  return { ...sidecarProbes(readiness, input.values.global.proxy.startupProbe), resources: { ...resources } };
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
  return role === "sidecar" ? [{ name: MODE_VARIABLE, value: interception.mode }] : [];
}

/**
 * TPROXY keeps the caller's address, which only root with NET_ADMIN may do; listening below port 1024 is root's too. Everything else
 * needs nothing. What a gateway needs beside its user is said by who deploys it: it may well listen on port 80.
 */
function securityContext({ input, interception, bindsLowPorts }: ProxySettings, role: "sidecar" | "router"): JsonObject {
  if (role === "router") return { runAsGroup: PROXY_UID, runAsUser: PROXY_UID };
  const { privileged, seccompProfile } = input.values.global.proxy;
  const add = [...(interception.mode === "TPROXY" ? ["NET_ADMIN"] : []), ...(bindsLowPorts ? ["NET_BIND_SERVICE"] : [])];
  const root = add.length > 0;
  return {
    allowPrivilegeEscalation: privileged,
    capabilities: root ? { add, drop: ["ALL"] } : { drop: ["ALL"] },
    privileged,
    readOnlyRootFilesystem: true,
    runAsGroup: PROXY_UID,
    runAsNonRoot: !root,
    runAsUser: root ? 0 : PROXY_UID,
    ...(Object.keys(seccompProfile).length === 0 ? {} : { seccompProfile }),
  };
}
