import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { DeltaDiscoveryResponseSchema } from "../../../src/gen/envoy/service/discovery/v3/discovery_pb.ts";
import { bodyOf, decodeDeltaResponse, encodeDeltaResponse, encodeResource } from "../../../src/rpc/delta-encoding.ts";
import { decodeDeltaRequest, encodeDeltaRequest } from "../../../src/rpc/delta-request.ts";
import { TYPE_URLS } from "../../../src/rpc/resource.ts";

const big = new Uint8Array(100_000).fill(7);
const resources = [encodeResource("a", TYPE_URLS.cluster, Uint8Array.of(1, 2)), encodeResource("große", TYPE_URLS.cluster, big)];

test("what is joined by hand is read by the generated decoder", () => {
  const bytes = encodeDeltaResponse({ typeUrl: TYPE_URLS.cluster, nonce: "7", resources, removed: ["gone"], more: true });
  const message = fromBinary(DeltaDiscoveryResponseSchema, bytes);
  expect(message.nonce).toBe("7");
  expect(message.typeUrl).toBe(TYPE_URLS.cluster);
  expect(message.systemVersionInfo).toBe("more");
  expect(message.removedResources).toEqual(["gone"]);
  expect(message.resources.map((resource) => [resource.name, resource.version, resource.resource?.value.length])).toEqual([
    ["a", resources[0]?.version, 2],
    ["große", resources[1]?.version, 100_000],
  ]);
});

test("the envelope of a generated message is read, its unknown fields stepped over, its bodies kept", () => {
  const message = create(DeltaDiscoveryResponseSchema, {
    typeUrl: TYPE_URLS.route,
    nonce: "n",
    resources: [{ name: "80", version: "v1", aliases: ["x"], ttl: { seconds: 5n }, resource: { typeUrl: TYPE_URLS.route, value: big } }],
    removedResources: ["81"],
    removedResourceNames: [{ name: "82" }],
    controlPlane: { identifier: "test" },
  });
  const decoded = decodeDeltaResponse(toBinary(DeltaDiscoveryResponseSchema, message));
  expect(decoded).toMatchObject({ typeUrl: TYPE_URLS.route, nonce: "n", removed: ["81"], more: false });
  expect(decoded.resources.map(({ name, version }) => [name, version])).toEqual([["80", "v1"]]);
  const [resource] = decoded.resources;
  expect(resource && bodyOf(resource)).toEqual({ typeUrl: TYPE_URLS.route, body: big });
});

test("a message cut anywhere is an error or a shorter message, never a crash or a hang", () => {
  const bytes = encodeDeltaResponse({
    typeUrl: TYPE_URLS.cluster,
    nonce: "7",
    resources: resources.slice(0, 1),
    removed: ["r"],
    more: false,
  });
  const whole = JSON.stringify(decodeDeltaResponse(bytes));
  for (let length = 0; length < bytes.length; length++) {
    let text = "refused";
    try {
      text = JSON.stringify(decodeDeltaResponse(bytes.subarray(0, length)));
    } catch (error) {
      expect(String(error)).toContain("cut short");
    }
    expect(text).not.toBe(whole);
  }
});

test("a version is a function of the body alone", () => {
  const version = (name: string, ...body: number[]) => encodeResource(name, TYPE_URLS.cluster, Uint8Array.from(body)).version;
  expect(version("a", 1)).toBe(version("a", 1));
  expect(version("a", 1)).not.toBe(version("a", 2));
});

test("a request comes back as it went", () => {
  const request = {
    typeUrl: TYPE_URLS.listener,
    node: { id: "sidecar~10.0.0.1~a.b~b.svc.cluster.local", cluster: "a", metadata: { LABELS: { app: "a" } } },
    subscribe: ["x"],
    unsubscribe: ["*"],
    initialVersions: new Map([["y", "1"]]),
    nonce: "3",
    error: { code: 13, message: "no" },
  };
  expect(decodeDeltaRequest(encodeDeltaRequest(request))).toEqual(request);
});
