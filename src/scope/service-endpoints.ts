import type { EndpointSliceBody } from "../api/core/core.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { type EntryEndpoints, entryEndpoints, serviceSlices } from "../model/indexes/declared-endpoints.ts";
import { selects } from "../model/indexes/selected-by-label.ts";
import { type Workload, workloadsByLabel, workloadsByName } from "../model/indexes/workloads.ts";
import type { MeshEndpoint } from "../model/mesh-service.ts";
import { Unfit } from "../model/unfit.ts";
import { endpointFault } from "./endpoint-fault.ts";
import { declaredPort } from "./port-ref.ts";
import type { DeclaredPort } from "./visible-services.ts";

const TLS_MODE = "security.istio.io/tlsMode";

/** The label that injection writes: the workload has a sidecar that takes mutual TLS. */
const speaksMutualTls = (labels: Readonly<Record<string, string>>): boolean => labels[TLS_MODE] === "istio";

/** Ports have names that users choose, such as those that every object has. */
const named = (ports: Readonly<Record<string, number>> | undefined, name: string): number | undefined =>
  ports !== undefined && Object.hasOwn(ports, name) ? ports[name] : undefined;

const numbered = (port: number | string | undefined): number | undefined => (typeof port === "number" ? port : undefined);

function fromEntry(endpoint: EntryEndpoints[number], { service, port }: DeclaredPort): MeshEndpoint {
  const labels = endpoint.labels ?? {};
  return {
    address: endpoint.address ?? "",
    port: named(endpoint.ports, port.name) ?? numbered(port.targetPort) ?? port.number,
    labels,
    weight: endpoint.weight ?? 1,
    locality: endpoint.locality ?? "",
    mutualTls: !service.external && speaksMutualTls(labels),
    healthy: true,
  };
}

function fromWorkload(workload: Workload, { service, port }: DeclaredPort): MeshEndpoint {
  const own = workload.kind === "WorkloadEntry" ? named(workload.ports, port.name) : undefined;
  return {
    address: workload.address,
    port: own ?? numbered(port.targetPort) ?? named(workload.ports, String(port.targetPort)) ?? port.number,
    labels: workload.labels,
    weight: workload.weight,
    locality: workload.locality,
    mutualTls: !service.external && speaksMutualTls(workload.labels),
    healthy: true,
    workload: { name: workload.name, namespace: workload.namespace },
  };
}

function fromSlice(reader: Reader, slice: EndpointSliceBody, { service, port }: DeclaredPort): readonly MeshEndpoint[] {
  const number = slice.ports?.find((p) => (p.name ?? "") === port.name)?.port;
  if (number === undefined) {
    return [];
  }
  return (slice.endpoints ?? [])
    .filter((endpoint) => endpoint.conditions?.ready !== false)
    .flatMap((endpoint) => endpoint.addresses.slice(0, 1).map((address) => ({ address, pod: endpoint.targetRef?.name })))
    .map(({ address, pod }) => {
      const workload = pod === undefined ? undefined : reader.ask(workloadsByName, `Pod/${service.namespace}/${pod}`)[0];
      const labels = workload?.labels ?? {};
      return {
        address,
        port: number,
        labels,
        weight: 1,
        locality: "",
        mutualTls: speaksMutualTls(labels),
        healthy: true,
        ...(workload === undefined ? {} : { workload: { name: workload.name, namespace: workload.namespace } }),
      };
    });
}

function selected(reader: Reader, at: DeclaredPort, selector: Readonly<Record<string, string>>): readonly MeshEndpoint[] {
  const [first] = Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1));
  if (first === undefined) {
    return [];
  }
  const { namespace } = at.service;
  const workloads = reader.ask(workloadsByLabel, `${namespace}/${first[0]}=${first[1]}`);
  return workloads
    .filter((w) => selects(selector, w.labels) && (w.kind === "WorkloadEntry" || w.ready))
    .map((workload) => fromWorkload(workload, at));
}

/** Without endpoints of its own, a host that is resolved by name is its own endpoint. */
function byName(at: DeclaredPort): readonly MeshEndpoint[] {
  const { service } = at;
  const address = service.externalName ?? service.host;
  return service.resolution === "DNS" || service.resolution === "DNS_ROUND_ROBIN" ? [fromEntry({ address }, at)] : [];
}

function declared(reader: Reader, at: DeclaredPort): readonly MeshEndpoint[] {
  const { service } = at;
  const key = `${service.namespace}/${service.name}`;
  if (service.declaredBy === "Service") {
    return service.externalName === undefined
      ? reader.ask(serviceSlices, key).flatMap((slice) => fromSlice(reader, slice, at))
      : byName(at);
  }
  if (service.selector !== undefined) {
    return selected(reader, at, service.selector);
  }
  const written = reader.ask(entryEndpoints, key).flat();
  return written.length > 0 ? written.map((endpoint) => fromEntry(endpoint, at)) : byName(at);
}

/**
 * Where calls to one port of a service end; the argument is a `portRef`. Empty where it has no endpoint, or is gone. An endpoint that
 * nobody can reach (a name where addresses are asked for, a port past 65535) is left out: Envoy would refuse the others with it.
 */
export const serviceEndpoints: Query<readonly MeshEndpoint[]> = {
  name: "service-endpoints",
  compute(reader, ref) {
    const at = reader.get(declaredPort, ref);
    return (at === undefined ? [] : declared(reader, at)).filter((endpoint) => {
      const fault = endpointFault(endpoint, at?.service.resolution);
      if (fault !== undefined) {
        reader.leaveOut(new Unfit(fault));
      }
      return fault === undefined;
    });
  },
};
