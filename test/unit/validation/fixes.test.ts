import { describe, expect, it } from "vitest";
import { validateObject } from "../../../src/validation/validate-object.ts";

function fixes(spec: unknown): readonly unknown[] {
  const metadata = { name: "a", namespace: "shop" };
  const { errors, warnings } = validateObject({ apiVersion: "networking.istio.io/v1", kind: "DestinationRule", metadata, spec });
  return [...errors, ...warnings].map(({ fix }) => fix);
}

describe("patches", () => {
  it("move what stands under a misspelt name", () => {
    expect(fixes({ host: "a", export_to: ["."] })).toEqual([
      [
        { op: "remove", path: "/spec/export_to" },
        { op: "add", path: "/spec/exportTo", value: ["."] },
      ],
    ]);
  });

  it("are not given where the value does not fit the right name, or that is taken", () => {
    expect(fixes({ host: "a", exportto: "." })).toEqual([undefined]);
    expect(fixes({ host: "a", export_to: ["."], exportTo: ["."] })).toEqual([undefined]);
  });

  it("point through keys that are no words", () => {
    const tls = { mode: "ISTIO_MUTUAL", caCertificates: "/c" };
    const subsets = [{ name: "v1", labels: { "a/b~c": "d" }, trafficPolicy: { tls } }];
    expect(fixes({ host: "a", subsets })).toContainEqual([{ op: "remove", path: "/spec/subsets/0/trafficPolicy/tls/caCertificates" }]);
  });
});
