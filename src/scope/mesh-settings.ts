// What the mesh configuration says, with the defaults of Istio's MeshConfig reference filled in.
import type { MeshConfig } from "../api/mesh/mesh-config.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { type MeshGroup, meshConfiguration } from "../model/indexes/mesh-configuration.ts";

export type OutboundPolicy = "ALLOW_ANY" | "REGISTRY_ONLY";

const read = (reader: Reader, group: MeshGroup): MeshConfig => reader.ask(meshConfiguration, group)[0] ?? {};

/** A mode as written; ALLOW_ANY_DYNAMIC_DNS lets the same calls through as ALLOW_ANY. */
export function outboundPolicyOf(mode: string | undefined): OutboundPolicy | undefined {
  return mode === undefined ? undefined : mode === "REGISTRY_ONLY" ? "REGISTRY_ONLY" : "ALLOW_ANY";
}

export const meshOutboundPolicy: Query<OutboundPolicy> = {
  name: "mesh-outbound-policy",
  compute: (reader) => outboundPolicyOf(read(reader, "outbound").outboundTrafficPolicy?.mode) ?? "ALLOW_ANY",
};

/** The namespace whose rules and Sidecar objects hold for all. */
export const rootNamespace: Query<string> = {
  name: "root-namespace",
  compute: (reader) => read(reader, "root").rootNamespace ?? "istio-system",
};

export interface ClusterSettings {
  readonly trustDomain: string;
  /** Go duration. */
  readonly connectTimeout: string;
  readonly autoMtls: boolean;
}

export const clusterSettings: Query<ClusterSettings> = {
  name: "cluster-settings",
  compute(reader) {
    const { trustDomain = "cluster.local", connectTimeout = "10s", enableAutoMtls = true } = read(reader, "clusters");
    return { trustDomain, connectTimeout, autoMtls: enableAutoMtls };
  },
};

export interface LogSettings {
  /** Path of the access log, `/dev/stdout`; empty for none. */
  readonly path: string;
  readonly format: string;
  readonly encoding: "TEXT" | "JSON";
}

export const logSettings: Query<LogSettings> = {
  name: "log-settings",
  compute(reader) {
    const { accessLogFile = "", accessLogFormat = "", accessLogEncoding = "TEXT" } = read(reader, "logging");
    return { path: accessLogFile, format: accessLogFormat, encoding: accessLogEncoding };
  },
};
