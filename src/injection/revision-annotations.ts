import type { ProxySettings } from "./proxy-settings.ts";

/** Annotations that every pod with a proxy has: by whom it was injected, where its metrics are, and what the values want on all pods. */
export function revisionAnnotations({ input }: ProxySettings, metrics: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { "istio.io/rev": input.revision, ...metrics, ...input.values.sidecarInjectorWebhook.injectedAnnotations };
}
