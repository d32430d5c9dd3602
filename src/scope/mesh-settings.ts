import type { Query } from "../model/evaluation.ts";
import { meshConfiguration } from "../model/indexes/mesh-configuration.ts";

export type OutboundPolicy = "ALLOW_ANY" | "REGISTRY_ONLY";

/** The parts of the mesh configuration that decide what proxies are sent, with their defaults filled in. */
export interface MeshSettings {
  readonly outboundPolicy: OutboundPolicy;
  readonly rootNamespace: string;
  readonly trustDomain: string;
  /** Go duration. */
  readonly connectTimeout: string;
  readonly autoMtls: boolean;
  /** Path of the access log, `/dev/stdout`; empty for none. */
  readonly accessLogFile: string;
  readonly accessLogFormat: string;
  readonly accessLogEncoding: "TEXT" | "JSON";
}

/** A mode as written; ALLOW_ANY_DYNAMIC_DNS lets the same calls through as ALLOW_ANY. */
export function outboundPolicyOf(mode: string | undefined): OutboundPolicy | undefined {
  return mode === undefined ? undefined : mode === "REGISTRY_ONLY" ? "REGISTRY_ONLY" : "ALLOW_ANY";
}

/** Defaults as in Istio's MeshConfig reference. */
export const meshSettings: Query<MeshSettings> = {
  name: "mesh-settings",
  compute(reader) {
    const mesh = reader.ask(meshConfiguration, "mesh")[0] ?? {};
    return {
      outboundPolicy: outboundPolicyOf(mesh.outboundTrafficPolicy?.mode) ?? "ALLOW_ANY",
      rootNamespace: mesh.rootNamespace ?? "istio-system",
      trustDomain: mesh.trustDomain ?? "cluster.local",
      connectTimeout: mesh.connectTimeout ?? "10s",
      autoMtls: mesh.enableAutoMtls ?? true,
      accessLogFile: mesh.accessLogFile ?? "",
      accessLogFormat: mesh.accessLogFormat ?? "",
      accessLogEncoding: mesh.accessLogEncoding ?? "TEXT",
    };
  },
};
