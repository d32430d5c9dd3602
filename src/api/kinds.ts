import {
  ConfigMapDataSchema,
  EndpointSliceBodySchema,
  LimitRangeBodySchema,
  NamespaceBodySchema,
  PodBodySchema,
  ResourceQuotaBodySchema,
  SecretBodySchema,
  ServiceBodySchema,
} from "./core/core.ts";
import { PodTemplateBodySchema } from "./core/pod-template.ts";
import {
  type Projection,
  projectConfigMap,
  projectEndpointSlice,
  projectNamespace,
  projectPod,
  projectSecret,
  projectService,
  projectTemplate,
  projectWebhooks,
  specOf,
} from "./core/project.ts";
import { WebhookConfigurationBodySchema } from "./core/webhook-configuration.ts";
import type { Node } from "./dialect/node.ts";
import { DestinationRuleSchema } from "./networking/destination-rule.ts";
import { GatewaySchema } from "./networking/gateway.ts";
import { ServiceEntrySchema } from "./networking/service-entry.ts";
import { SidecarSchema } from "./networking/sidecar.ts";
import { ServiceEntryStatusSchema, StatusSchema } from "./networking/status.ts";
import { VirtualServiceSchema } from "./networking/virtual-service.ts";
import { WorkloadEntrySchema } from "./networking/workload-entry.ts";
import { WorkloadGroupSchema } from "./networking/workload-group.ts";
import type { Kind, NativeBodies } from "./object.ts";
import { PeerAuthenticationSchema } from "./security/peer-authentication.ts";

/** A column that `kubectl get` prints. */
export interface PrinterColumn {
  readonly name: string;
  readonly jsonPath: string;
  readonly type: "string" | "date";
  readonly description: string;
}

/** What is known of one kind. */
export interface KindInfo {
  readonly kind: Kind;
  /** API group; empty for the core group. */
  readonly group: string;
  /** Versions that are read, all of one shape, the stored one first. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** Schema of the body. */
  readonly schema: Node;
  /** Takes the body out of the object. */
  readonly project: Projection;
  /** Where the body stands in the object, for paths: `spec`, or empty. */
  readonly bodyPath: string;
  readonly columns: readonly PrinterColumn[];
  /** Schema of the status, of kinds whose definition is ours. */
  readonly status?: Node;
}

/** Kinds that come from the API server or from documents; the mesh configuration comes inside a ConfigMap. */
export type ObjectKind = Exclude<Kind, "MeshConfig">;

/** Kinds that users write, and whose definitions are ours. */
export type OwnKind = Exclude<ObjectKind, keyof NativeBodies>;

const NETWORKING_GROUP = "networking.istio.io";

const SECURITY_GROUP = "security.istio.io";

const AGE: PrinterColumn = {
  name: "Age",
  jsonPath: ".metadata.creationTimestamp",
  type: "date",
  description: "Time since it was created.",
};

function column(name: string, jsonPath: string, description: string): PrinterColumn {
  return { name, jsonPath, type: "string", description };
}

type OwnRest = Pick<KindInfo, "plural" | "shortNames" | "schema" | "columns"> & Partial<KindInfo>;

function own(kind: OwnKind, rest: OwnRest): KindInfo {
  const place = { group: NETWORKING_GROUP, versions: ["v1", "v1beta1", "v1alpha3"], namespaced: true };
  return { kind, singular: kind.toLowerCase(), ...place, project: specOf, bodyPath: "spec", status: StatusSchema, ...rest };
}

type CoreRest = Pick<KindInfo, "plural" | "shortNames" | "schema" | "project"> & Partial<KindInfo>;

function core(kind: ObjectKind, rest: CoreRest): KindInfo {
  return { kind, singular: kind.toLowerCase(), group: "", versions: ["v1"], namespaced: true, bodyPath: "", columns: [], ...rest };
}

/** A kind that carries the template of its pods, under `spec.template` unless said otherwise. */
function template(kind: ObjectKind, plural: string, shortNames: readonly string[], own: { group?: string; path?: readonly string[] } = {}) {
  const { group = "apps", path = ["spec", "template"] } = own;
  const bodyPath = [...path, "spec"].join(".");
  return core(kind, { group, plural, shortNames, schema: PodTemplateBodySchema, project: projectTemplate(...path), bodyPath });
}

export const OWN_KINDS: { readonly [K in OwnKind]: KindInfo } = {
  ServiceEntry: own("ServiceEntry", {
    plural: "serviceentries",
    shortNames: ["se"],
    schema: ServiceEntrySchema,
    status: ServiceEntryStatusSchema,
    columns: [
      column("Hosts", ".spec.hosts", "Names of the service."),
      column("Location", ".spec.location", "Outside the mesh, or part of it."),
      column("Resolution", ".spec.resolution", "How endpoints are found."),
      AGE,
    ],
  }),
  VirtualService: own("VirtualService", {
    plural: "virtualservices",
    shortNames: ["vs"],
    schema: VirtualServiceSchema,
    columns: [
      column("Gateways", ".spec.gateways", "Gateways the rules are for."),
      column("Hosts", ".spec.hosts", "Hosts the rules are for."),
      AGE,
    ],
  }),
  DestinationRule: own("DestinationRule", {
    plural: "destinationrules",
    shortNames: ["dr"],
    schema: DestinationRuleSchema,
    columns: [column("Host", ".spec.host", "Service the rule is for."), AGE],
  }),
  Gateway: own("Gateway", { plural: "gateways", shortNames: ["gw"], schema: GatewaySchema, columns: [] }),
  Sidecar: own("Sidecar", { plural: "sidecars", shortNames: [], schema: SidecarSchema, columns: [] }),
  WorkloadEntry: own("WorkloadEntry", {
    plural: "workloadentries",
    shortNames: ["we"],
    schema: WorkloadEntrySchema,
    columns: [AGE, column("Address", ".spec.address", "Address of the workload.")],
  }),
  WorkloadGroup: own("WorkloadGroup", { plural: "workloadgroups", shortNames: ["wg"], schema: WorkloadGroupSchema, columns: [AGE] }),
  PeerAuthentication: own("PeerAuthentication", {
    group: SECURITY_GROUP,
    versions: ["v1", "v1beta1"],
    plural: "peerauthentications",
    shortNames: ["pa"],
    schema: PeerAuthenticationSchema,
    columns: [column("Mode", ".spec.mtls.mode", "How workloads want to be called."), AGE],
  }),
};

/** Every kind that {@link decode} reads. */
export const KINDS: { readonly [K in ObjectKind]: KindInfo } = {
  ...OWN_KINDS,
  Service: core("Service", {
    plural: "services",
    shortNames: ["svc"],
    schema: ServiceBodySchema,
    project: projectService,
    bodyPath: "spec",
  }),
  EndpointSlice: core("EndpointSlice", {
    group: "discovery.k8s.io",
    plural: "endpointslices",
    shortNames: [],
    schema: EndpointSliceBodySchema,
    project: projectEndpointSlice,
  }),
  Pod: core("Pod", { plural: "pods", shortNames: ["po"], schema: PodBodySchema, project: projectPod, bodyPath: "spec" }),
  Namespace: core("Namespace", {
    plural: "namespaces",
    shortNames: ["ns"],
    namespaced: false,
    schema: NamespaceBodySchema,
    project: projectNamespace,
  }),
  LimitRange: core("LimitRange", {
    plural: "limitranges",
    shortNames: ["limits"],
    schema: LimitRangeBodySchema,
    project: specOf,
    bodyPath: "spec",
  }),
  ResourceQuota: core("ResourceQuota", {
    plural: "resourcequotas",
    shortNames: ["quota"],
    schema: ResourceQuotaBodySchema,
    project: specOf,
    bodyPath: "spec",
  }),
  ConfigMap: core("ConfigMap", { plural: "configmaps", shortNames: ["cm"], schema: ConfigMapDataSchema, project: projectConfigMap }),
  Deployment: template("Deployment", "deployments", ["deploy"]),
  StatefulSet: template("StatefulSet", "statefulsets", ["sts"]),
  DaemonSet: template("DaemonSet", "daemonsets", ["ds"]),
  ReplicaSet: template("ReplicaSet", "replicasets", ["rs"]),
  Job: template("Job", "jobs", [], { group: "batch" }),
  CronJob: template("CronJob", "cronjobs", ["cj"], { group: "batch", path: ["spec", "jobTemplate", "spec", "template"] }),
  MutatingWebhookConfiguration: core("MutatingWebhookConfiguration", {
    group: "admissionregistration.k8s.io",
    plural: "mutatingwebhookconfigurations",
    shortNames: [],
    namespaced: false,
    schema: WebhookConfigurationBodySchema,
    project: projectWebhooks,
  }),
  Secret: core("Secret", { plural: "secrets", shortNames: [], schema: SecretBodySchema, project: projectSecret }),
};

/** The kind that an object's apiVersion and kind name; absent where fairlead does not read it. */
export function findKind(apiVersion: string, kind: string): KindInfo | undefined {
  const info = Object.hasOwn(KINDS, kind) ? KINDS[kind as ObjectKind] : undefined;
  const prefix = info?.group === "" ? "" : `${info?.group}/`;
  return info?.versions.some((version) => apiVersion === `${prefix}${version}`) ? info : undefined;
}

export function isOwnKind(kind: string): kind is OwnKind {
  return Object.hasOwn(OWN_KINDS, kind);
}

/** API groups whose kinds are ours. */
export const OWN_GROUPS: ReadonlySet<string> = new Set(Object.values(OWN_KINDS).map(({ group }) => group));
