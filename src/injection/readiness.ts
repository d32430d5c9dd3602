import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ProxyValues } from "./injection-values.ts";
import type { JsonObject } from "./json-object.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";

/** How the kubelet asks the proxy; port 0 says that it does not ask. */
export interface Readiness {
  readonly statusPort: number;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

const PREFIX = "readiness.status.sidecar.istio.io/";
const STATUS_PORT = "status.sidecar.istio.io/port";
const LAST_PORT = 65_535;

/** Annotations over values. */
export function readReadiness(annotations: Readonly<Record<string, string>>, values: ProxyValues): Result<Readiness, Refusal> {
  const fields = {
    statusPort: { annotation: STATUS_PORT, fallback: values.statusPort },
    initialDelaySeconds: { annotation: `${PREFIX}initialDelaySeconds`, fallback: values.readinessInitialDelaySeconds },
    periodSeconds: { annotation: `${PREFIX}periodSeconds`, fallback: values.readinessPeriodSeconds },
    failureThreshold: { annotation: `${PREFIX}failureThreshold`, fallback: values.readinessFailureThreshold },
  };
  const wrong = Object.values(fields).find(({ annotation }) => !/^\d{1,9}$/.test(annotations[annotation] ?? "0"));
  if (wrong !== undefined) {
    return err(
      annotationRefusal(wrong.annotation, `"${annotations[wrong.annotation]}" is not a number; write a whole number in quotes, as "15"`),
    );
  }
  const port = annotations[STATUS_PORT];
  if (port !== undefined && Number(port) > LAST_PORT) {
    return err(annotationRefusal(STATUS_PORT, `"${port}" is not a port; write a number from 0 to ${LAST_PORT}, as "15020"`));
  }
  const read = Object.entries(fields).map(([field, { annotation, fallback }]) => [field, Number(annotations[annotation] ?? fallback)]);
  return ok(Object.fromEntries(read) as Readiness);
}

const ASK = { httpGet: { path: "/healthz/ready", port: PROXY_PORTS.status }, timeoutSeconds: 3 };

/** Whether calls may come: Envoy answers on 15021 once the first whole configuration is in force. */
export function readinessProbe({ initialDelaySeconds, periodSeconds, failureThreshold }: Readiness): JsonObject {
  const delay = initialDelaySeconds === 0 ? {} : { initialDelaySeconds };
  return { readinessProbe: { ...ASK, ...delay, periodSeconds, failureThreshold } };
}

/** The probes of a sidecar. */
export function sidecarProbes(readiness: Readiness, startup: ProxyValues["startupProbe"]): JsonObject {
  if (readiness.statusPort === 0) return {};
  return {
    ...(startup.enabled ? { startupProbe: { ...ASK, periodSeconds: 1, failureThreshold: startup.failureThreshold } } : {}),
    ...readinessProbe(readiness),
  };
}
