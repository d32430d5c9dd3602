import { canonicalService } from "./canonical-service.ts";
import { coreDumpContainer } from "./core-dump.ts";
import { appContainers, defaultContainer } from "./default-container.ts";
import { initContainer } from "./init-container.ts";
import type { JsonObject } from "./json-object.ts";
import type { Container } from "./pod.ts";
import { NO_FRAGMENT, type PlacedContainer, type PodFragment } from "./pod-fragment.ts";
import { proxyContainer } from "./proxy-container.ts";
import type { ProxySettings } from "./proxy-settings.ts";
import { PROXY_VOLUMES } from "./proxy-volumes.ts";
import { revisionAnnotations } from "./revision-annotations.ts";

/** The sidecar of an application pod, and the redirection before it. */
export function sidecarTemplate(settings: ProxySettings): PodFragment {
  const { pod, input, volumes, prometheus } = settings;
  return {
    ...NO_FRAGMENT,
    labels: { "security.istio.io/tlsMode": "istio", ...canonicalService(settings) },
    annotations: defaultContainer(appContainers(pod)[0]),
    ownAnnotations: revisionAnnotations(settings, prometheus.annotations),
    dropped: prometheus.dropped,
    placed: [...placedInit(settings), placedProxy(settings, prometheus.env), ...placedCoreDump(settings)],
    volumes: [...PROXY_VOLUMES, ...volumes.volumes],
    imagePullSecrets: input.values.global.imagePullSecrets.map((name) => ({ name })),
  };
}

function placedInit(settings: ProxySettings): readonly PlacedContainer[] {
  if (settings.interception.mode === "NONE") return [];
  // Ahead of everything where the proxy runs beside the init containers; else last, as they could not speak before it runs.
  return [{ container: initContainer(settings), list: "initContainers", at: settings.native ? "first" : "last" }];
}

/** As in Istio next behind ours, wherever they are. */
function placedCoreDump(settings: ProxySettings): readonly PlacedContainer[] {
  if (!settings.dumpsCore) return [];
  return [{ container: coreDumpContainer(settings), list: "initContainers", at: settings.native ? "first" : "last" }];
}

function placedProxy(settings: ProxySettings, env: readonly unknown[]): PlacedContainer {
  const base = proxyContainer(settings, "sidecar");
  const hold = holds(settings);
  const container: Container = {
    ...base,
    env: [...(base.env as readonly unknown[]), ...env, ...(settings.native ? [] : endEnv(settings))],
    ...lifecycle(settings, hold),
    ...(settings.native ? { restartPolicy: "Always" } : {}),
  };
  if (settings.native) return { container, list: "initContainers", at: "first" };
  return { container, list: "containers", at: hold ? "first" : "last" };
}

/** An ordinary sidecar is told to end together with the app, and not at all when the app of a Job ends by itself. */
function endEnv({ pod }: ProxySettings): readonly { readonly name: string; readonly value: string }[] {
  const runsToItsEnd = ["Never", "OnFailure"].includes(String(pod.spec.restartPolicy));
  return ["FAIRLEAD_WAIT_FOR_APP", ...(runsToItsEnd ? ["FAIRLEAD_END_WITH_APP"] : [])].map((name) => ({ name, value: "true" }));
}

/** As in Istio, what the values ask for holds for every pod; a proxy configuration can only ask for more. */
function holds({ config, input }: ProxySettings): boolean {
  return config.holdApplicationUntilProxyStarts === true || input.values.global.proxy.holdApplicationUntilProxyStarts;
}

/** Unless the values have hooks: a native sidecar outlives the app, so it is told to drain; an ordinary one can only hold the app back. */
function lifecycle({ native, agentPort, input }: ProxySettings, hold: boolean): JsonObject {
  if (Object.keys(input.values.global.proxy.lifecycle).length > 0) return {};
  if (native) {
    return { lifecycle: { preStop: { exec: { command: ["pilot-agent", "request", `--debug-port=${agentPort}`, "POST", "drain"] } } } };
  }
  return hold ? { lifecycle: { postStart: { exec: { command: untilReady(agentPort) } } } } : {};
}

/** The kubelet starts the next container when this ends; it asks for as long as it takes, as a sidecar without configuration refuses calls. */
function untilReady(agentPort: number): readonly string[] {
  return ["/bin/sh", "-c", `until pilot-agent request --debug-port=${agentPort} GET healthz/ready >/dev/null 2>&1; do sleep 1; done`];
}
