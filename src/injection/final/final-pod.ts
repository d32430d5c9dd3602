import { ADDED_CONTAINERS } from "../../base/proxy-containers.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Container, Pod } from "../pod.ts";
import type { ProxySettings } from "../proxy-settings.ts";

/** A container and the path of its place in the pod. */
export interface PlacedAt {
  readonly container: Container;
  readonly path: string;
  readonly init: boolean;
}

/** A pod after every mutating webhook, and what the injector meant it to be. */
export interface FinalPod {
  readonly pod: Pod;
  readonly settings: ProxySettings;
  /** Why it was to be injected. */
  readonly reason: string;
  /** Every container, those that run first in front. */
  readonly all: readonly PlacedAt[];
  readonly proxy?: PlacedAt;
  /** Whether the pod's traffic is led to the sidecar: not at gateways, and not where the pod wants none. */
  readonly redirected: boolean;
}

/** One thing that a pod with a sidecar needs, whoever changed it last. */
export type FinalRule = (final: FinalPod) => readonly Finding[];

/** Ours, and what Istio's own injection adds beside them. */
const OURS: ReadonlySet<unknown> = new Set([...ADDED_CONTAINERS, "istio-validation"]);

export function isOurs({ name }: Container): boolean {
  return OURS.has(name);
}

export function placedContainers({ initContainers, containers }: Pod): readonly PlacedAt[] {
  const at = (list: readonly Container[], field: string, init: boolean) =>
    list.map((container, index) => ({ container, init, path: `spec.${field}[${index}]` }));
  return [...at(initContainers, "initContainers", true), ...at(containers, "containers", false)];
}
