import { describe, expect, it } from "vitest";
import { validateObject } from "../../../src/validation/validate-object.ts";

/** Patches and paths of what is found in a spec, in the order in which it is told. */
function patches(kind: string, spec: unknown): readonly unknown[] {
  const metadata = { name: "a", namespace: "shop" };
  const { errors, warnings } = validateObject({ apiVersion: "networking.istio.io/v1", kind, metadata, spec });
  return [...errors, ...warnings].flatMap(({ path, fix }) => (fix === undefined ? [path] : fix.map((step) => `${step.op} ${step.path}`)));
}

const route = [{ destination: { host: "a" } }];
const http = (rule: object) => ({ hosts: ["a"], http: [{ route, ...rule }] });
const sidecar = (...hosts: string[]) => ({ egress: [{ hosts }] });

describe("patches of one object", () => {
  it("take entries out of a list from its end", () => {
    expect(patches("VirtualService", { hosts: ["a", "a", "a"], http: [{ route }] })).toEqual([
      "remove /spec/hosts/2",
      "remove /spec/hosts/1",
    ]);
    expect(patches("DestinationRule", { host: "a", exportTo: ["b", "b", "c", "c"] })).toEqual([
      "remove /spec/exportTo/3",
      "remove /spec/exportTo/1",
    ]);
  });

  it("take an entry out once, though there are two reasons for it", () => {
    expect(patches("Sidecar", sidecar("./*", "./a.com", "./a.com"))).toEqual([
      "remove /spec/egress/0/hosts/2",
      "remove /spec/egress/0/hosts/1",
    ]);
    expect(patches("Sidecar", sidecar("./a.com", "./a.com"))).toEqual(["remove /spec/egress/0/hosts/1"]);
  });

  it("leave other lists in their order", () => {
    const two = { hosts: ["a", "a"], exportTo: ["b", "b"], http: [{ route }] };
    expect(patches("VirtualService", two)).toEqual(["remove /spec/hosts/1", "remove /spec/exportTo/1"]);
  });

  it("do not touch what another one has moved", () => {
    const egress = [{ hosts: ["./a.com", "./a.com"] }, { port: { number: 80, protocol: "HTTP", targetPort: 1 }, hosts: ["./b.com"] }];
    expect(patches("Sidecar", { egress })).toEqual([
      "remove /spec/egress/1/port/targetPort",
      "remove /spec/egress/0",
      "add /spec/egress/-",
      "spec.egress[0].hosts[1]",
    ]);
  });

  it("do not write one field twice", () => {
    expect(patches("VirtualService", http({ mirrorPercent: 1, mirror_percent: 2 }))).toEqual([
      "remove /spec/http/0/mirrorPercent",
      "add /spec/http/0/mirrorPercentage",
      "spec.http[0].mirror_percent",
    ]);
  });

  it("do not carry over what is wrong in itself", () => {
    expect(patches("VirtualService", http({ mirrorPercent: 101 }))).toEqual(["spec.http[0].mirrorPercent", "spec.http[0].mirrorPercent"]);
    expect(patches("VirtualService", http({ mirrorPercent: 100 }))).toHaveLength(2);
    const delay = (percent: number) => http({ fault: { delay: { fixedDelay: "1s", percent } } });
    expect(patches("VirtualService", delay(150))).toEqual(["spec.http[0].fault.delay.percent", "spec.http[0].fault.delay.percent"]);
    expect(patches("VirtualService", delay(50))).toEqual([
      "remove /spec/http/0/fault/delay/percent",
      "add /spec/http/0/fault/delay/percentage",
    ]);
  });
});
