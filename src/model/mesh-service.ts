import type { Protocol } from "../base/protocol.ts";

export interface ServicePort {
  /** The port callers use. */
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** Port of the workload behind it: a number, or the name of a container port. Absent: same as `number`. */
  readonly targetPort?: number | string;
}

/** True for what can stand in a packet. */
export const isPortNumber = (port: number): boolean => Number.isInteger(port) && port > 0 && port <= 65_535;

export type Resolution = "NONE" | "STATIC" | "DNS" | "DNS_ROUND_ROBIN";

/** One host that can be called: a Kubernetes Service, or one host of a ServiceEntry. Endpoints are facts of their own. */
export interface MeshService {
  /** Lower-case name; may begin with `*.` where a ServiceEntry says so. */
  readonly host: string;
  readonly namespace: string;
  /** Name of the object that declares it. */
  readonly name: string;
  /** When that object was made, RFC 3339; empty, and older than all, where nothing says so. */
  readonly created: string;
  readonly declaredBy: "ServiceEntry" | "Service";
  /** MESH_EXTERNAL: never spoken to in mutual TLS by itself. */
  readonly external: boolean;
  readonly resolution: Resolution;
  /** Virtual addresses: IPs or CIDRs. Empty for headless Services and entries without addresses. */
  readonly addresses: readonly string[];
  readonly ports: readonly ServicePort[];
  /** Namespaces that may see it; `*` for all. `.` is already resolved. */
  readonly exportTo: readonly string[];
  readonly subjectAltNames: readonly string[];
  /** Labels of the workloads behind it; absent where the endpoints are written out. */
  readonly selector?: Readonly<Record<string, string>>;
  /** A Service without an address: its name stands for its pods, and callers choose one of them. */
  readonly headless?: true;
  /** The DNS name that a Service of type ExternalName stands for. */
  readonly externalName?: string;
}

/** One place a call can end, for one port of a service. */
export interface MeshEndpoint {
  /** IP, DNS name (resolution DNS) or `unix:///path`. */
  readonly address: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly weight: number;
  /** `region/zone/subzone`, or empty. */
  readonly locality: string;
  /** The peer has a sidecar of this mesh: mutual TLS can be spoken to it. */
  readonly mutualTls: boolean;
  readonly healthy: boolean;
  readonly workload?: { readonly name: string; readonly namespace: string };
}
