import { describe, expect, it } from "vitest";
import { decodeMeshConfig, inspectMeshConfig, inspectProxyConfig } from "../../../src/api/mesh/decode-mesh-config.ts";
import { validateMeshConfig } from "../../../src/validation/validate-mesh-config.ts";

describe("mesh configuration", () => {
  it("is refused where a field is written by both of its names, one of which would be lost", () => {
    const told = (raw: unknown) => inspectMeshConfig(raw).findings.map(({ code, path }) => `${code} ${path}`);
    const inner = { defaultConfig: { statusPort: 1, status_port: 2 } };
    expect(told({ connectTimeout: "1s", connect_timeout: "2s", ...inner })).toEqual([
      "FL0806 connect_timeout",
      "FL0806 defaultConfig.status_port",
    ]);
    expect(decodeMeshConfig({ connectTimeout: "1s", connect_timeout: "2s" }).ok).toBe(false);
    // Null is absent, and a map's keys are no names of fields.
    expect(told({ connectTimeout: "1s", connect_timeout: null, defaultConfig: { proxyMetadata: { aB: "1", a_b: "2" } } })).toEqual([]);
  });

  it("takes protobuf's liberties and gives one form", () => {
    const raw = {
      outbound_traffic_policy: { mode: 0 },
      enableAutoMtls: true,
      access_log_encoding: "JSON",
      tcpKeepalive: null,
      default_config: {
        concurrency: "2",
        hold_application_until_proxy_starts: true,
        proxyMetadata: { A_B: "c" },
        controlPlaneAuthPolicy: 1000,
      },
    };
    expect(decodeMeshConfig(raw)).toEqual({
      ok: true,
      value: {
        outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
        enableAutoMtls: true,
        accessLogEncoding: "JSON",
        defaultConfig: {
          concurrency: 2,
          holdApplicationUntilProxyStarts: true,
          proxyMetadata: { A_B: "c" },
          controlPlaneAuthPolicy: "INHERIT",
        },
      },
    });
  });

  it.each([[undefined], [null], [{}]])("takes %s for an empty one", (raw) =>
    expect(decodeMeshConfig(raw)).toEqual({ ok: true, value: {} }),
  );

  it.each([
    ["text", "x", "FL0803 "],
    ["a list", [], "FL0803 "],
    ["an unknown mode", { outboundTrafficPolicy: { mode: "ALLOW" } }, "FL0104 outboundTrafficPolicy.mode"],
    ["an unknown number", { outboundTrafficPolicy: { mode: 9 } }, "FL0102 outboundTrafficPolicy.mode"],
    ["a bad duration", { connect_timeout: "5" }, "FL0109 connectTimeout"],
  ])("refuses %s", (_, raw, expected) => {
    const decoded = decodeMeshConfig(raw);
    expect(decoded.ok ? [] : decoded.error.map(({ code, path }) => `${code} ${path}`)).toEqual([expected]);
  });

  it("tells unknown fields and goes on without them", () => {
    const { value, findings } = inspectMeshConfig({ enableAutoMTLS: true, trustDomain: "a" });
    expect(value).toEqual({ trustDomain: "a" });
    expect(findings.map(({ level, path }) => [level, path])).toEqual([["warning", "enableAutoMTLS"]]);
  });

  it("knows the newer fields, in protobuf's forms, and tells that they are not carried out", () => {
    const raw = {
      hbone_idle_timeout: "30s",
      default_inbound_http_retry_policy: { attempts: 0 },
      default_traffic_policy: { connection_pool: { tcp: { max_connections: "10" } } },
      service_entry_visibility: { default_visibility: 2, policies: [{ visibility: "NONE", matching_rules: [{ namespace_selector: {} }] }] },
      mesh_mTLS: { min_protocol_version: 2 },
      ca_certificates: [{ spiffe_bundle_url: "https://example.com/bundle" }],
      service_scope_configs: [{ services_selector: { matchLabels: { a: "b" } }, scope: 1 }],
      default_config: { stats_compression: false, connection_settings: { profile: 1, http_merge_slashes: true } },
    };
    expect(inspectMeshConfig(raw)).toEqual({
      findings: [],
      value: {
        hboneIdleTimeout: "30s",
        defaultInboundHttpRetryPolicy: { attempts: 0 },
        defaultTrafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } },
        serviceEntryVisibility: {
          defaultVisibility: "NAMESPACE",
          policies: [{ visibility: "NONE", matchingRules: [{ namespaceSelector: {} }] }],
        },
        meshMTLS: { minProtocolVersion: "TLSV1_3" },
        caCertificates: [{ spiffeBundleUrl: "https://example.com/bundle" }],
        serviceScopeConfigs: [{ servicesSelector: { matchLabels: { a: "b" } }, scope: "GLOBAL" }],
        defaultConfig: { statsCompression: false, connectionSettings: { profile: "EDGE", httpMergeSlashes: true } },
      },
    });
    const warned = validateMeshConfig(raw).warnings.map(({ code, path }) => `${code} ${path}`);
    const wanted = [...Object.keys(inspectMeshConfig(raw).value ?? {}).filter((name) => name !== "defaultConfig")];
    const all = [...wanted, "defaultConfig.statsCompression", "defaultConfig.connectionSettings"].map((path) => `FL0121 ${path}`);
    expect(warned.toSorted()).toEqual(all.toSorted());
  });

  it("reads proxy settings alone", () => {
    expect(inspectProxyConfig({ statusPort: "15021" })).toEqual({ value: { statusPort: 15021 }, findings: [] });
    expect(inspectProxyConfig({ concurrency: -1 }).value).toBeUndefined();
  });
});
