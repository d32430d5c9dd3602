import type { SidecarSpec } from "../api/networking/sidecar.ts";
import type { Protocol } from "../base/protocol.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { type Rule, sidecarsIn, sourceLabelNames } from "../model/indexes/rules.ts";
import { labelKeys, selects } from "../model/indexes/selected-by-label.ts";
import { selectingServices } from "../model/indexes/selecting-services.ts";
import { type Workload, workloadsByName } from "../model/indexes/workloads.ts";
import type { MeshService, ServicePort } from "../model/mesh-service.ts";
import { type GatewayPort, gatewayPorts } from "./gateway-ports.ts";
import { rootNamespace } from "./mesh-settings.ts";
import type { ProxyNode } from "./proxy-node.ts";
import { type Families, scopeId } from "./scope-id.ts";

/** A port of the workload that some Service declares. */
export interface InboundPort {
  /** Port the workload listens on. */
  readonly port: number;
  readonly protocol: Protocol;
  /** `SERVICE.NAMESPACE`. */
  readonly service: string;
}

/** All that decides what a proxy is sent. Proxies with equal views share every resource. */
export interface View {
  readonly type: ProxyNode["type"];
  readonly namespace: string;
  /** See `scopeId`. */
  readonly scope: string;
  readonly ipv6: boolean;
  /** Sidecars only. */
  readonly inbound: readonly InboundPort[];
  /** Sidecars only: whether the app is called from the caller's address. */
  readonly keepsSource: boolean;
  /** Gateways only. */
  readonly gatewayPorts: readonly GatewayPort[];
}

const DNS = "dns";

/** Argument of `proxyView`. */
export function proxyArg({ type, namespace, name, answersDns }: Pick<ProxyNode, "type" | "namespace" | "name" | "answersDns">): string {
  return [type, `${namespace}/${name}`, ...(answersDns ? [DNS] : [])].join(" ");
}

function chosenSidecar(reader: Reader, workload: Workload): Rule<SidecarSpec> | undefined {
  const own = reader.ask(sidecarsIn, workload.namespace);
  const root = reader.ask(sidecarsIn, reader.get(rootNamespace, ""));
  const selectorOf = (rule: Rule<SidecarSpec>) => rule.spec.workloadSelector?.labels ?? {};
  const general = (rule: Rule<SidecarSpec>) => Object.keys(selectorOf(rule)).length === 0;
  return own.find((rule) => !general(rule) && selects(selectorOf(rule), workload.labels)) ?? own.find(general) ?? root.find(general);
}

/** Services in front of a workload: those of its namespace whose selector fits its labels. */
function servicesInFront(reader: Reader, workload: Workload): readonly MeshService[] {
  return labelKeys(workload.namespace, workload.labels)
    .flatMap((key) => reader.ask(selectingServices, key))
    .filter((service) => selects(service.selector ?? {}, workload.labels));
}

/** The workload's own port behind a service's port. */
function targetOf(port: ServicePort, workload: Workload): number | undefined {
  if (typeof port.targetPort !== "string") {
    return port.targetPort ?? port.number;
  }
  return Object.hasOwn(workload.ports, port.targetPort) ? workload.ports[port.targetPort] : undefined;
}

function inboundPorts(services: readonly MeshService[], workload: Workload): readonly InboundPort[] {
  const ports = new Map<number, InboundPort>();
  for (const service of services) {
    for (const port of service.ports.filter((p) => p.protocol !== "UDP")) {
      const target = targetOf(port, workload);
      if (target !== undefined && !ports.has(target)) {
        ports.set(target, { port: target, protocol: port.protocol, service: `${service.name}.${service.namespace}` });
      }
    }
  }
  return [...ports.values()].sort((a, b) => a.port - b.port);
}

/** Service port → port Envoy listens on, for a gateway behind Services. */
function boundPorts(services: readonly MeshService[], workload: Workload): ReadonlyMap<number, number> {
  return new Map(services.flatMap((s) => s.ports.map((port) => [port.number, targetOf(port, workload) ?? port.number] as const)));
}

/** Of a workload's labels, those that some rule asks about: others do not keep two workloads apart. */
function labelsAskedAbout(reader: Reader, workload: Workload): Readonly<Record<string, string>> {
  const asked = new Set(reader.ask(sourceLabelNames, "all").flat());
  return Object.fromEntries(Object.entries(workload.labels).filter(([name]) => asked.has(name)));
}

/** Until its addresses are known they may be of either family. */
function familiesOf({ ipv4, ipv6 }: Workload): Families {
  if (ipv4 === ipv6) {
    return "dual";
  }
  return ipv6 ? "v6" : "v4";
}

/** The view of a proxy (see `proxyArg`); undefined while its workload is not in the store. */
export const proxyView: Query<View | undefined> = {
  name: "proxy-view",
  compute(reader, arg) {
    const [type, key, dns] = arg.split(" ");
    const workload = reader.ask(workloadsByName, `Pod/${key}`)[0] ?? reader.ask(workloadsByName, `WorkloadEntry/${key}`)[0];
    if (workload === undefined) {
      return undefined;
    }
    const { namespace } = workload;
    const services = servicesInFront(reader, workload);
    const labels = labelsAskedAbout(reader, workload);
    const shared = { namespace, ipv6: workload.ipv6 };
    if (type === "router") {
      const ports = gatewayPorts(reader, workload.labels, boundPorts(services, workload));
      return { ...shared, type, scope: scopeId({ namespace, labels }), inbound: [], keepsSource: false, gatewayPorts: ports };
    }
    const sidecar = chosenSidecar(reader, workload);
    const followed = sidecar === undefined ? {} : { sidecar: `${sidecar.namespace}/${sidecar.name}` };
    const scope = scopeId({ namespace, labels, ...followed, ...(dns === DNS && { dns: familiesOf(workload) }) });
    const { keepsSource } = workload;
    return { ...shared, type: "sidecar", scope, inbound: inboundPorts(services, workload), keepsSource, gatewayPorts: [] };
  },
};
