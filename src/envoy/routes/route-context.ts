import { gatewayKey } from "../../base/gateway-key.ts";

/** Who is asking: decides matches on gateway, port and source. */
export interface RouteContext {
  /** `mesh` for sidecars, `NAMESPACE/NAME` for a Gateway. */
  readonly gateway: string;
  /** The port called (service port in the mesh, server port at a gateway). */
  readonly port: number;
  /** The workload whose routes these are. */
  readonly source: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
}

/** The conditions of a match that are known before any call is made. */
export interface StaticConditions {
  readonly port?: number;
  readonly gateways?: readonly string[];
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
}

function fullName(gateway: string, namespace: string): string {
  return gateway === "mesh" ? gateway : gatewayKey(gateway, namespace);
}

/** Whether a list of gateways, as a VirtualService of `namespace` writes it, names the one we build for. */
export function namesGateway(gateways: readonly string[], namespace: string, context: RouteContext): boolean {
  return gateways.some((gateway) => fullName(gateway, namespace) === context.gateway);
}

function comesFrom({ sourceLabels, sourceNamespace }: StaticConditions, { source }: RouteContext): boolean {
  const namespaceFits = !sourceNamespace || sourceNamespace === source.namespace;
  return namespaceFits && Object.entries(sourceLabels ?? {}).every(([name, value]) => source.labels[name] === value);
}

/**
 * Whether a match can hold at all in this context. `namespace` and `gateways` are the VirtualService's own. What is said of
 * the source counts for sidecars only: behind a gateway nobody knows the caller.
 */
export function canHold(
  match: StaticConditions,
  service: { readonly namespace: string; readonly gateways: readonly string[] },
  context: RouteContext,
): boolean {
  const gateways = match.gateways?.length ? match.gateways : service.gateways;
  const portFits = !match.port || match.port === context.port;
  return portFits && namesGateway(gateways, service.namespace, context) && (context.gateway !== "mesh" || comesFrom(match, context));
}
