import { expect, it } from "vitest";
import { judge } from "../../../src/main/judges.ts";
import { proxySettingsFindings } from "../../../src/source/proxy-settings-annotation.ts";

const NAME = "proxy.istio.io/config";
const annotated = (text: string) => ({ annotations: { [NAME]: text } });
const deployment = (text: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "a", namespace: "shop" },
  spec: { template: { metadata: annotated(text), spec: { containers: [{ name: "app" }] } } },
});

const AT = `spec.template.metadata.annotations["${NAME}"]`;
const told = (raw: unknown) => proxySettingsFindings(raw).map(({ code, level, path, message }) => [code, level, path, message] as const);

it.each([
  ["concurrency: 1", []],
  ["", []],
  ["concurrency: 1\nfoo: bar", [["FL0120", `${AT}.foo`, "is not a field of this resource"]]],
  ["concurrency: many", [["FL1204", AT, "concurrency: must be a whole number"]]],
  ["concurrency: [1", [["FL1204", AT, "write YAML"]]],
  ["statusPort: 70000", [["FL1204", AT, "statusPort: 70000 is not allowed"]]],
  ["discoveryAddress: nowhere", [["FL1204", AT, 'discoveryAddress: "nowhere" is not a host and port']]],
  ["zipkinAddress: zipkin.shop:9411", [["FL0121", `${AT}.zipkinAddress`, "not carried out yet"]]],
] as const)("settings %j of a pod template", (text, expected) => {
  const found = told(deployment(text));
  expect(found.map(([code, level, path]) => [code, level, path])).toEqual(expected.map(([code, path]) => [code, "warning", path]));
  for (const [index, [, , , message]] of found.entries()) expect(message).toContain(expected[index]?.[2]);
});

it("are told beside all else, of a pod as of a template, and of nothing that makes no pods", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", ...annotated("foo: 1") }, spec: { containers: [{ name: "app" }] } };
  expect(judge(pod).map(({ code, path }) => [code, path])).toEqual([["FL0120", `metadata.annotations["${NAME}"].foo`]]);
  expect(told({ ...pod, kind: "Service" })).toEqual([]);
  expect(told("text")).toEqual([]);
});
