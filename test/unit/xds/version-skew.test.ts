// Agents of another version than the controller's: what they say that is not known here is stepped over, and which versions there are is told.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect, test } from "vitest";
import { IstioCertificateRequestSchema, IstioCertificateResponseSchema } from "../../../src/gen/istio/v1/auth/ca_pb.ts";
import { createCertificateRequest } from "../../../src/pki/csr.ts";
import { encodeDeltaRequest } from "../../../src/rpc/delta-request.ts";
import { TYPE_URLS } from "../../../src/rpc/resource.ts";
import { CREATE_CERTIFICATE } from "../../../src/xds/certificate-service.ts";
import { futureFields } from "./future-fields.ts";
import { xdsClient } from "./xds-client.ts";
import { pod, workload, type XdsWorld, xdsWorld } from "./xds-world.ts";

let world: XdsWorld;
beforeEach(async () => {
  world = await xdsWorld({ review: async () => ({ ok: true, value: { namespace: "a", serviceAccount: "app" } }) });
  world.pods.set("a/client", pod("a", "client", "app"));
  world.publisher.change(["cluster", "c", Buffer.from("c")], ["listener", "l", Buffer.from("l")]);
});
afterEach(() => world.stop());

const ID = "sidecar~10.0.0.1~client.a~a.svc.cluster.local";
/** What a later agent may say beside what ours say. */
const FUTURE = {
  FUTURE_KEY: { of: ["any", 1, null] },
  PROXY_CONFIG: { concurrency: 2, futureSetting: { deep: [{ a: true }] }, statusPort: "text where a number was" },
  LABELS: {},
};
const FOREIGN = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";

test.each([
  ["an older one", { ISTIO_VERSION: "0.0.9" }, "0.0.9"],
  ["a newer one", { ...FUTURE, ISTIO_VERSION: "9.9.9-next.1+build" }, "9.9.9-next.1+build"],
  ["one that says no version", {}, "unknown"],
  ["one that says nonsense", { ...FUTURE, ISTIO_VERSION: 'x"} 1\n' }, "unknown"],
  ["one of another shape", { ISTIO_VERSION: { major: 1 }, LABELS: "text", PROXY_CONFIG: 7 }, "unknown"],
])("%s is served what is known here, and its version told", async (_, metadata, version) => {
  const client = xdsClient(world.client(await workload(world.authority, "a", "app")));
  const node = { id: ID, cluster: "", metadata };
  client.say(Buffer.concat([encodeDeltaRequest({ typeUrl: TYPE_URLS.cluster, subscribe: ["*"], node }), futureFields()]));
  const clusters = await client.hear();
  expect(clusters.resources.map(({ name }) => name)).toEqual(["c"]);
  client.ask({ typeUrl: TYPE_URLS.cluster, nonce: clusters.nonce });
  client.ask({ typeUrl: FOREIGN, subscribe: ["x"] });
  expect(await client.hear()).toMatchObject({ typeUrl: FOREIGN, resources: [], removed: ["x"] });
  client.ask({ typeUrl: TYPE_URLS.listener, subscribe: ["*"] });
  expect((await client.hear()).resources.map(({ name }) => name)).toEqual(["l"]);
  expect(world.server.connections()).toMatchObject([{ version }]);
  expect(world.logged).toContainEqual(expect.objectContaining({ msg: "proxy connected", version }));
  expect(await world.metrics()).toContain(`pilot_xds{version="${version}"} 1`);
});

test("a version that nobody has any more is counted no more", async () => {
  const identity = await workload(world.authority, "a", "app");
  for (const version of ["1.0.0", "1.1.0"]) {
    const connection = world.client(identity);
    const client = xdsClient(connection);
    client.ask({ typeUrl: TYPE_URLS.cluster, node: { id: ID, cluster: "", metadata: { ISTIO_VERSION: version } } });
    await client.hear();
    expect((await world.metrics()).match(/^pilot_xds\{.*/gm)).toEqual([`pilot_xds{version="${version}"} 1`]);
    connection.close();
    await expect.poll(() => world.server.connections()).toEqual([]);
  }
});

test("a method that is not known here is answered so, and the streams beside it go on", async () => {
  const connection = world.client(await workload(world.authority, "a", "app"));
  const client = xdsClient(connection);
  client.ask({ typeUrl: TYPE_URLS.cluster, node: { id: ID, cluster: "", metadata: {} } });
  await client.hear();
  const answer = await connection.unary("/fairlead.v9.PodLifecycle/Future", Buffer.from("?"), { timeoutMs: 5000 });
  expect(answer).toMatchObject({ ok: false, error: { code: "unimplemented" } });
  const none = await xdsClient(connection, "/envoy.service.discovery.v9.AggregatedDiscoveryService/DeltaAggregatedResources").ended;
  expect(none).toMatchObject({ code: "unimplemented" });
  client.ask({ typeUrl: TYPE_URLS.listener });
  expect((await client.hear()).typeUrl).toBe(TYPE_URLS.listener);
});

test("a request for a certificate that says more than is known here is granted", async () => {
  const { csrPem: csr } = await createCertificateRequest();
  const metadata = { FutureKey: { of: ["any", 1] } };
  const request = toBinary(IstioCertificateRequestSchema, create(IstioCertificateRequestSchema, { csr, metadata }));
  const call = { metadata: { authorization: "Bearer token", "x-future": "1" }, timeoutMs: 5000 };
  const answer = await world.client().unary(CREATE_CERTIFICATE, Buffer.concat([request, futureFields()]), call);
  if (!answer.ok) throw new Error(answer.error.message);
  expect(fromBinary(IstioCertificateResponseSchema, answer.value).certChain.length).toBeGreaterThan(1);
});
