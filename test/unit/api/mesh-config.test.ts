import { describe, expect, it } from "vitest";
import { decodeMeshConfig, decodeProxyConfig, inspectMeshConfig } from "../../../src/api/mesh/decode-mesh-config.ts";

describe("mesh configuration", () => {
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

  it("reads proxy settings alone", () => {
    expect(decodeProxyConfig({ statusPort: "15021" })).toEqual({ ok: true, value: { statusPort: 15021 } });
    expect(decodeProxyConfig({ concurrency: -1 }).ok).toBe(false);
  });
});
