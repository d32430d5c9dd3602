import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { UNBUILT_FIELDS, UNBUILT_KINDS, type UnbuiltKind, unbuiltByPattern } from "../../../src/api/unbuilt/unbuilt-fields.ts";
import { notBuilt } from "../../../src/validation/not-built.ts";
import { validateMeshConfig } from "../../../src/validation/validate-mesh-config.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { fieldsPage, nodeAt, schemaOfKind } from "../../../tools/fields.ts";

/** A body in which the field of a pattern is there. */
function sample(pattern: string): unknown {
  const [path = "", value = "x"] = pattern.split("=");
  return path.split(".").reduceRight<unknown>((inner, name) => holder(name, inner), value);
}

function holder(name: string, inner: unknown): unknown {
  if (name.endsWith("[]")) return { [name.slice(0, -2)]: [inner] };
  return name.endsWith("{}") ? { [name.slice(0, -2)]: { key: inner } } : { [name]: inner };
}

const patternsOf = (kind: UnbuiltKind) => unbuiltByPattern(kind).flatMap(({ paths }) => paths);

describe("fields that are not built", () => {
  it("are named where they stand, and the object is taken", () => {
    const servers = [
      { port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] },
      { port: { number: 9000, name: "tcp", protocol: "tcp" }, hosts: ["*"] },
    ];
    const raw = { apiVersion: "networking.istio.io/v1", kind: "Gateway", metadata: { name: "a" }, spec: { selector: { a: "b" }, servers } };
    const { errors, warnings } = validateObject(raw);
    expect(errors).toEqual([]);
    const unbuilt = patternsOf("Gateway").includes("servers[].port.protocol=TCP") ? ["spec.servers[1].port.protocol"] : [];
    expect(warnings.filter(({ code }) => code === "FL0121").map(({ path }) => path)).toEqual(unbuilt);
  });

  it("are told in the order of the object, and once for a server that stays closed", () => {
    const port = (number: number, protocol: string) => ({ number, name: `p${number}`, protocol });
    const tls = { mode: "SIMPLE", credentialName: "a" };
    const servers = [
      { port: port(80, "HTTP"), hosts: ["*"], bind: "10.0.0.1" },
      { port: port(443, "HTTPS"), hosts: ["*"], tls },
      { tls: { httpsRedirect: true }, port: port(81, "HTTP"), hosts: ["*"] },
      { port: port(3306, "TCP"), hosts: ["*"], defaultEndpoint: "127.0.0.1:1" },
      { tls, port: port(444, "HTTPS"), hosts: ["*"] },
    ];
    expect(notBuilt("Gateway", { servers }, "spec").map(({ path }) => path)).toEqual([
      "spec.servers[0].bind",
      "spec.servers[1].port.protocol",
      "spec.servers[2].tls",
      "spec.servers[3].port.protocol",
      "spec.servers[3].defaultEndpoint",
      "spec.servers[4].tls",
    ]);
  });

  it.each(UNBUILT_KINDS)("every pattern of %s finds its field", (kind) => {
    for (const pattern of patternsOf(kind)) {
      const found = notBuilt(kind, sample(pattern), "spec").map(({ path }) => path);
      expect(found, pattern).toContain(`spec.${pattern.split("=")[0]}`.replaceAll("[]", "[0]").replaceAll("{}", ".key"));
    }
  });

  it("are told with what happens meanwhile, and with what to write instead", () => {
    const tls = { host: "a", trafficPolicy: { retryBudget: { percent: 20 } } };
    expect(notBuilt("DestinationRule", tls, "spec").map(({ message }) => message)).toEqual([
      "is stored, but not carried out yet: retries are limited by number alone; write connectionPool.http.maxRetries",
    ]);
  });

  it("exist, and each pattern stands once", () => {
    for (const kind of UNBUILT_KINDS) {
      const paths = UNBUILT_FIELDS[kind].flatMap((field) => field.paths);
      expect(new Set(paths).size, kind).toBe(paths.length);
      for (const path of paths) expect(() => nodeAt(schemaOfKind(kind), path), `${kind} ${path}`).not.toThrow();
    }
    expect(() => nodeAt(schemaOfKind("Gateway"), "servers[].port.nothing=X")).toThrow("servers[].port.nothing=X is no field");
  });

  it("are what docs/fields.md says", () => {
    expect(readFileSync(resolve(import.meta.dirname, "../../../docs/fields.md"), "utf8")).toBe(fieldsPage());
  });

  it("ignore bodies of another shape", () => {
    expect(notBuilt("VirtualService", { http: { mirror: 1 } }, "spec")).toEqual([]);
    expect(notBuilt("toString", {}, "spec")).toEqual([]);
  });
});

describe("mesh configuration", () => {
  it("is judged by the same rules", () => {
    const { errors, warnings, mesh } = validateMeshConfig({
      trustDomain: "A b",
      connectTimeout: "0s",
      h2UpgradePolicy: "UPGRADE",
      nonsense: 1,
    });
    expect(errors.map(({ path }) => path)).toEqual(["trustDomain", "connectTimeout"]);
    expect(warnings.map(({ path }) => path)).toContain("nonsense");
    expect(mesh?.connectTimeout).toBe("0s");
  });
});
