import { describe, expect, it } from "vitest";
import { conditionsOf } from "../../../../src/status/conditions/conditions-of.ts";
import { CATALOGUE, finding } from "../../../../src/telemetry/catalogue.ts";

const missing = (host: string) => finding("hostUnknown", "spec.http[0]", { value: host, hint: "add it" });
const subset = finding("subsetMissing", "spec.http[1]", { subset: "v1", host: "a", hint: "add it" });
const doubtful = finding("sidecarsCompete", "", { names: "a, b" });
const conflict = finding("claimsContradict", "spec.hosts[0]", { port: 80, host: "a", ours: "HTTP", theirs: "TCP", name: "b" });
const refusing = finding("gatewayHostMissing", "spec.gateways[0]", { gateway: "a/b", hosts: "c", hint: "add one" });
const wrong = finding("missing", "spec.hosts", { hint: "write it" });
const short = (findings: Parameters<typeof conditionsOf>[0]) => conditionsOf(findings).map(({ status, reason }) => `${status} ${reason}`);

describe("conditions of an object", () => {
  it.each([
    ["nothing", [], ["True Valid", "True Resolved", "True NoWarnings"]],
    ["one thing missing", [missing("a")], ["True Valid", "False HostMissing", "True NoWarnings"]],
    ["two of a kind", [missing("a"), missing("b")], ["True Valid", "False HostMissing", "True NoWarnings"]],
    ["two of two kinds", [missing("a"), subset], ["True Valid", "False SeveralMissing", "True NoWarnings"]],
    ["a doubt", [doubtful], ["True Valid", "True Resolved", "False Warnings"]],
    ["a conflict with others", [conflict, missing("a")], ["False Conflict", "False HostMissing", "True NoWarnings"]],
    ["something missing that refuses", [refusing], ["False Conflict", "False GatewayHostMissing", "True NoWarnings"]],
    ["an error beside them", [missing("a"), doubtful, wrong], ["False Invalid", "Unknown NotAccepted", "Unknown NotAccepted"]],
  ] as const)("%s", (_, findings, expected) => {
    expect(short(findings)).toEqual(expected);
  });

  it.each(Object.values(CATALOGUE).map(({ code, level, title }) => [code, title, level] as const))(
    "tell of %s, %s, what the webhook would do",
    (code, _, level) => {
      const [accepted] = conditionsOf([{ code, level, path: "spec", message: "it is so" }]);
      expect(accepted).toMatchObject({ type: "Accepted", status: level === "error" ? "False" : "True" });
    },
  );

  it("have messages that people can read to the end", () => {
    const [, references] = conditionsOf(Array.from({ length: 500 }, (_, i) => missing(`${i}${"x".repeat(300)}`)));
    expect(references?.message.split("\n")).toHaveLength(11);
    expect(references?.message).toMatch(/^spec\.http\[0\]: .*FL1003\)/);
    expect(references?.message).toMatch(/\nand 490 more$/);
    expect(references?.message.length).toBeLessThan(5_000);
  });
});
