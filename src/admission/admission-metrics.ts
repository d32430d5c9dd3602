import type { Metrics } from "../telemetry/metrics.ts";

/** Counters of the webhooks, under the names that dashboards of Istio's users read. */
const COUNTERS = {
  sidecar_injection_requests_total: { help: "Pods the injector was asked about.", labels: [] },
  sidecar_injection_success_total: { help: "Pods that were injected.", labels: [] },
  sidecar_injection_skip_total: { help: "Pods that were left as they are.", labels: [] },
  sidecar_injection_failure_total: { help: "Pods that were refused.", labels: [] },
  fairlead_broken_pods_refused_total: { help: "Pods refused since another webhook, or the pod itself, broke their sidecar.", labels: [] },
  fairlead_broken_pods_warned_total: { help: "Pods taken with a warning about their sidecar.", labels: [] },
  galley_validation_passed: { help: "Resources that were accepted.", labels: ["group", "version", "resource"] },
  galley_validation_failed: { help: "Resources that were refused.", labels: ["group", "version", "resource"] },
  galley_validation_http_error: { help: "Webhook requests that could not be read.", labels: ["status"] },
} as const;

export type AdmissionCounter = keyof typeof COUNTERS;

export interface AdmissionMetrics {
  count(counter: AdmissionCounter, labels?: Readonly<Record<string, string>>): void;
}

/** Constant message first, values as fields: the shape of pino's methods. */
export interface AdmissionLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Registers the counters; call it once a program. */
export function admissionMetrics(metrics: Metrics): AdmissionMetrics {
  const counters = new Map(Object.entries(COUNTERS).map(([name, { help, labels }]) => [name, metrics.counter<string>(name, help, labels)]));
  return { count: (name, labels = {}) => counters.get(name)?.inc(labels) };
}
