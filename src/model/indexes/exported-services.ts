import { isKind, type StoredObject } from "../../api/object.ts";
import { resolveExportTo } from "../export-to.ts";
import type { Index } from "../fact.ts";
import { isPortNumber, type MeshService, type Resolution } from "../mesh-service.ts";
import { declaredProtocol, servicePortProtocol } from "../protocol.ts";
import { serviceHost } from "../short-host.ts";

/** DYNAMIC_DNS is not built: such a host goes where the caller resolved it, as with NONE. */
function resolutionOf(written: StoredObject<"ServiceEntry">["spec"]["resolution"]): Resolution {
  return written === undefined || written === "DYNAMIC_DNS" ? "NONE" : written;
}

function fromServiceEntry(object: StoredObject<"ServiceEntry">): readonly MeshService[] {
  const { metadata, spec } = object;
  const shared = {
    namespace: metadata.namespace,
    name: metadata.name,
    created: metadata.creationTimestamp ?? "",
    declaredBy: "ServiceEntry" as const,
    external: spec.location !== "MESH_INTERNAL",
    resolution: resolutionOf(spec.resolution),
    addresses: spec.addresses ?? [],
    ports: (spec.ports ?? [])
      .filter((port) => isPortNumber(port.number))
      .map((port) => ({
        number: port.number,
        name: port.name,
        protocol: declaredProtocol(port.protocol),
        ...(port.targetPort === undefined ? {} : { targetPort: port.targetPort }),
      })),
    exportTo: resolveExportTo(spec.exportTo, metadata.namespace),
    subjectAltNames: spec.subjectAltNames ?? [],
    ...(spec.workloadSelector === undefined ? {} : { selector: spec.workloadSelector.labels ?? {} }),
  };
  return spec.hosts.map((host) => ({ ...shared, host: host.toLowerCase() }));
}

const EXPORT_TO = "networking.istio.io/exportTo";

function annotatedExportTo(object: StoredObject<"Service">): readonly string[] {
  const written = object.metadata.annotations[EXPORT_TO]?.split(",").map((to) => to.trim());
  return resolveExportTo(
    written?.filter((to) => to !== ""),
    object.metadata.namespace,
  );
}

function clusterIPsOf({ spec }: StoredObject<"Service">): readonly string[] {
  const single = spec.clusterIP === undefined ? [] : [spec.clusterIP];
  return spec.type === "ExternalName" ? [] : (spec.clusterIPs ?? single);
}

function fromService(object: StoredObject<"Service">): readonly MeshService[] {
  const { metadata, spec } = object;
  const isName = spec.type === "ExternalName";
  const clusterIPs = clusterIPsOf(object);
  return [
    {
      host: serviceHost(metadata.name, metadata.namespace),
      namespace: metadata.namespace,
      name: metadata.name,
      created: metadata.creationTimestamp ?? "",
      declaredBy: "Service",
      external: isName,
      resolution: isName ? "DNS" : "STATIC",
      addresses: clusterIPs.filter((ip) => ip !== "" && ip !== "None"),
      ports: (spec.ports ?? []).map((port) => ({
        number: port.port,
        name: port.name ?? "",
        protocol: servicePortProtocol(port),
        ...(port.targetPort === undefined ? {} : { targetPort: port.targetPort }),
      })),
      exportTo: annotatedExportTo(object),
      subjectAltNames: [],
      ...(spec.selector === undefined ? {} : { selector: spec.selector }),
      ...(clusterIPs.includes("None") ? { headless: true } : {}),
      ...(!isName || spec.externalName === undefined ? {} : { externalName: spec.externalName.toLowerCase() }),
    },
  ];
}

/** The hosts that an object declares; none for other kinds. */
export function servicesOf(object: StoredObject): readonly MeshService[] {
  if (isKind("ServiceEntry", object)) {
    return fromServiceEntry(object);
  }
  return isKind("Service", object) ? fromService(object) : [];
}

/** Services by the namespace they are exported to, `*` for all. Endpoints are not part of it: they change on their own. */
export const exportedServices: Index<MeshService> = {
  name: "services-exported-to",
  kinds: ["ServiceEntry", "Service"],
  *entries(object) {
    for (const service of servicesOf(object)) {
      for (const namespace of service.exportTo) {
        yield [namespace, service];
      }
    }
  },
};

/** Services by host: who claims a name. */
export const servicesNamed: Index<MeshService> = {
  name: "services-named",
  kinds: ["ServiceEntry", "Service"],
  *entries(object) {
    for (const service of servicesOf(object)) {
      yield [service.host, service];
    }
  },
};
