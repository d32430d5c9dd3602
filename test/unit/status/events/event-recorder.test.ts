import { expect, it } from "vitest";
import type { ApiRequest } from "../../../../src/source/kubernetes/api-client.ts";
import { ApiError } from "../../../../src/source/kubernetes/api-error.ts";
import { createEventRecorder } from "../../../../src/status/events/event-recorder.ts";
import type { Happening } from "../../../../src/status/events/happening.ts";
import { heldClock } from "../../xds/held-clock.ts";
import { fakeApi, silent } from "../fake-api.ts";

const about = { apiVersion: "networking.istio.io/v1", kind: "VirtualService", namespace: "shop", name: "web", uid: "u1" };
const lost: Happening = { about, type: "Warning", reason: "HostMissing", action: "Judging", note: "x".repeat(3_000) };

/** Keeps Events by name, as the API server does. */
function events() {
  const kept = new Map<string, { series?: { count: number }; note: string }>();
  return fakeApi(({ method, path, body }: ApiRequest) => {
    if (method === "POST") {
      const { metadata } = body as { metadata: { name: string } };
      if (kept.has(metadata.name)) throw new ApiError(409, {});
      kept.set(metadata.name, body as never);
      return body;
    }
    const name = path.split("/").at(-1) ?? "";
    const merged = { ...kept.get(name), ...(body as object) } as never;
    kept.set(name, merged);
    return merged;
  });
}

const recorders = (client: ReturnType<typeof events>["client"]) =>
  ["a", "b"].map((identity) => createEventRecorder({ client, identity, clock: heldClock(0), log: silent }));

it("makes one Event of the same thing, whichever replica saw it, and counts", async () => {
  const { client, requests } = events();
  const [one, other] = recorders(client);
  await one?.record(lost);
  await other?.record(lost);
  await one?.record(lost);
  const made = requests.filter(({ method }) => method === "POST").map(({ body }) => (body as { metadata: { name: string } }).metadata.name);
  expect(new Set(made).size).toBe(1);
  const counts = requests.flatMap(({ body }) => (body as { series?: { count: number } }).series?.count ?? []);
  expect(counts).toEqual([2, 3]);
  const [first] = requests;
  expect(first?.path).toBe("/apis/events.k8s.io/v1/namespaces/shop/events");
  expect(first?.body).toHaveProperty("note.length", 1_024);
});

it("makes another Event of another object or another reason", async () => {
  const { client, requests } = events();
  const [one] = recorders(client);
  await one?.record(lost);
  await one?.record({ ...lost, about: { ...about, uid: "u2" } });
  await one?.record({ ...lost, reason: "SubsetMissing" });
  expect(requests.map(({ method }) => method)).toEqual(["POST", "POST", "POST"]);
});

it("tells once what is to be told once", async () => {
  const { client, requests } = events();
  const [one, other] = recorders(client);
  await one?.recordOnce(lost);
  await other?.recordOnce(lost);
  expect(requests.map(({ method }) => method)).toEqual(["POST", "POST"]);
});

it("never throws: an Event is lost, nothing else", async () => {
  const { client } = fakeApi(() => Promise.reject(new Error("away")));
  const [one] = recorders(client);
  await one?.record(lost);
  await one?.recordOnce(lost);
});
