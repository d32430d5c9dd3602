import type {
  ConfigMapData,
  EndpointSliceBody,
  LimitRangeBody,
  NamespaceBody,
  PodBody,
  ResourceQuotaBody,
  SecretBody,
  ServiceBody,
} from "./core/core.ts";
import type { PodTemplateBody } from "./core/pod-template.ts";
import type { WebhookConfigurationBody } from "./core/webhook-configuration.ts";
import type { MeshConfig } from "./mesh/mesh-config.ts";
import type { DestinationRuleSpec } from "./networking/destination-rule.ts";
import type { GatewaySpec } from "./networking/gateway.ts";
import type { ServiceEntrySpec } from "./networking/service-entry.ts";
import type { SidecarSpec } from "./networking/sidecar.ts";
import type { VirtualServiceSpec } from "./networking/virtual-service.ts";
import type { WorkloadEntrySpec } from "./networking/workload-entry.ts";
import type { WorkloadGroupSpec } from "./networking/workload-group.ts";
import type { PeerAuthenticationSpec } from "./security/peer-authentication.ts";

/** The part of `metadata` that fairlead reads; managedFields and the like are dropped while decoding. */
export interface ObjectMeta {
  readonly name: string;
  /** There only where the API server is to complete the name, of which `name` then has no more than this beginning. */
  readonly generateName?: string;
  /** Empty for objects without a namespace. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  /** RFC 3339; decides which of two claimants came first. */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
}

/** Kinds of Kubernetes that carry the template of their pods. */
export type PodTemplateKind = "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "CronJob";

/** What Kubernetes' own kinds carry, as far as fairlead reads it. The last seven are looked at by analysis alone. */
export interface NativeBodies extends Readonly<Record<PodTemplateKind, PodTemplateBody>> {
  readonly Service: ServiceBody;
  readonly EndpointSlice: EndpointSliceBody;
  readonly Pod: PodBody;
  readonly Namespace: NamespaceBody;
  readonly LimitRange: LimitRangeBody;
  readonly ResourceQuota: ResourceQuotaBody;
  readonly ConfigMap: ConfigMapData;
  readonly Secret: SecretBody;
  readonly MutatingWebhookConfiguration: WebhookConfigurationBody;
}

/** What each kind carries beside its metadata: the user's own JSON, checked against the schema, no default filled in. */
export interface Bodies extends NativeBodies {
  readonly ServiceEntry: ServiceEntrySpec;
  readonly VirtualService: VirtualServiceSpec;
  readonly DestinationRule: DestinationRuleSpec;
  readonly Gateway: GatewaySpec;
  readonly Sidecar: SidecarSpec;
  readonly WorkloadEntry: WorkloadEntrySpec;
  readonly WorkloadGroup: WorkloadGroupSpec;
  readonly PeerAuthentication: PeerAuthenticationSpec;
  /** The mesh configuration in force: always exactly one object, namespace "" and name "mesh". */
  readonly MeshConfig: MeshConfig;
}

export type Kind = keyof Bodies;

/** The part of a ServiceEntry's status that fairlead reads: the addresses that were given to its hosts, in their order. */
export interface ObjectStatus {
  readonly addresses: readonly GivenAddress[];
}

export interface GivenAddress {
  /** IPv4 or IPv6 address. */
  readonly value: string;
  readonly host: string;
}

/** A decoded object. `spec` is the body of its kind, whatever the wire calls that part. Deeply immutable. */
export interface StoredObject<K extends Kind = Kind> {
  readonly kind: K;
  readonly metadata: ObjectMeta;
  readonly spec: Bodies[K];
  /** There only where it tells something that is read. */
  readonly status?: ObjectStatus;
  /** Where it was read: `orders.yaml:12`, or absent when it came from the API server. */
  readonly origin?: string;
}

/** `Kind/namespace/name`. */
export type ObjectKey = string & { readonly __objectKey: never };

export function objectKey(kind: Kind, namespace: string, name: string): ObjectKey {
  return `${kind}/${namespace}/${name}` as ObjectKey;
}

export function keyOf(object: StoredObject): ObjectKey {
  return objectKey(object.kind, object.metadata.namespace, object.metadata.name);
}

/** The same for several kinds. */
export function isOfKinds<K extends Kind>(kinds: readonly K[], object: StoredObject): object is StoredObject<K> {
  return kinds.some((kind) => kind === object.kind);
}

export function isKind<K extends Kind>(kind: K, object: StoredObject): object is StoredObject<K> {
  return object.kind === kind;
}
