import { gatewayKey } from "../../../base/gateway-key.ts";

/** The conditions of a match that are known before any call is made. */
export interface StandingConditions {
  readonly port?: number;
  readonly gateways?: readonly string[];
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
}

/** Where and for whom a match stands at all. */
export interface Standing {
  /** 0: any. */
  readonly port: number;
  /** Full names; absent: those of the VirtualService. */
  readonly gateways: ReadonlySet<string> | undefined;
  readonly sourceLabels: ReadonlyMap<string, string>;
  /** Empty: any. */
  readonly sourceNamespace: string;
}

/** What a VirtualService says for all its matches. */
export interface Bounds {
  readonly namespace: string;
  readonly gateways: readonly string[] | undefined;
  /** Others delegate to its rules. */
  readonly isDelegate: boolean;
}

function names(gateways: readonly string[], namespace: string): ReadonlySet<string> {
  return new Set(gateways.map((gateway) => (gateway === "mesh" ? gateway : gatewayKey(gateway, namespace))));
}

/** The gateways that a VirtualService is for where a match says nothing else. */
export function ownGateways({ namespace, gateways }: Pick<Bounds, "namespace" | "gateways">): ReadonlySet<string> {
  return names(gateways?.length ? gateways : ["mesh"], namespace);
}

export function standing(match: StandingConditions, { namespace }: Pick<Bounds, "namespace">): Standing {
  const { port = 0, gateways, sourceLabels = {}, sourceNamespace = "" } = match;
  return {
    port,
    gateways: gateways?.length ? names(gateways, namespace) : undefined,
    sourceLabels: new Map(Object.entries(sourceLabels)),
    sourceNamespace,
  };
}

/** Whether whoever may call `narrow` may also call `wide`. */
function asksCallerNoMore(wide: Standing, narrow: Standing): boolean {
  const asksNothing = wide.sourceLabels.size === 0 && wide.sourceNamespace === "";
  // What is asked of the caller may count for nothing where gateways are named, so it must not count for one of the two alone.
  if (asksNothing) return true;
  if (wide.gateways === undefined && narrow.gateways !== undefined) return false;
  const hasNamespace = wide.sourceNamespace === "" || wide.sourceNamespace === narrow.sourceNamespace;
  return hasNamespace && [...wide.sourceLabels].every(([name, value]) => narrow.sourceLabels.get(name) === value);
}

/**
 * Whether `wide` surely stands wherever `narrow` does. A match without gateways of its own stands at all of the VirtualService, and it is
 * nowhere else.
 */
export function standsWherever(wide: Standing, narrow: Standing, own: ReadonlySet<string>): boolean {
  const hasPort = wide.port === 0 || wide.port === narrow.port;
  const hasGateways = wide.gateways === undefined || (narrow.gateways ?? own).isSubsetOf(wide.gateways);
  return hasPort && hasGateways && asksCallerNoMore(wide, narrow);
}

/** What of it is so plain that another match either says the same or is not covered. */
export function standingMarks({ port, sourceLabels, sourceNamespace }: Standing): readonly string[] {
  return [
    ...(port === 0 ? [] : [`port=${port}`]),
    ...(sourceNamespace === "" ? [] : [`namespace=${sourceNamespace}`]),
    ...[...sourceLabels].map(([name, value]) => `label ${name}=${value}`),
  ];
}
