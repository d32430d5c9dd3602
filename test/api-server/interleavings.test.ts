// Pods on their way through our injection and other mutating webhooks, in any order: what comes out, a real API server takes.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { passThrough } from "../property/injection/interleaved.ts";
import { type AnyPod, type Meddler, meddlers, pods } from "../property/injection/other-webhooks.ts";
import { runs, seed } from "../soak/runs.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

const AT_ONCE = 8;

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({ args: ["--disable-admission-plugins=ServiceAccount"] });
}, 120_000);
afterAll(() => server?.stop());

/** What the API server has against a pod; undefined where it would store it. */
async function refusal(pod: AnyPod): Promise<string | undefined> {
  const request = { method: "POST", path: "/api/v1/namespaces/default/pods", query: { dryRun: "All" }, body: pod } as const;
  return server.admin.json(request).then(
    () => undefined,
    (error: unknown) => String(error),
  );
}

interface Way {
  readonly raw: AnyPod;
  readonly others: readonly Meddler[];
  readonly kubeVersion: string;
  readonly limited: boolean;
}

const ways: fc.Arbitrary<Way> = fc.record({
  raw: pods,
  others: fc.array(meddlers, { minLength: 1, maxLength: 5 }),
  kubeVersion: fc.constantFrom("1.27", "1.34"),
  limited: fc.boolean(),
});

async function judge({ raw, others, kubeVersion, limited }: Way): Promise<readonly string[]> {
  const before = await refusal(raw);
  if (before !== undefined) throw new Error(`the pod as it comes is none: ${before}`);
  const { pod, problems } = passThrough(raw, others, { kubeVersion, limited });
  const after = await refusal(pod);
  const told = [...problems, ...(after === undefined ? [] : [after])];
  return told.length === 0
    ? []
    : [`${others.map(({ name }) => name).join(", ")} (${kubeVersion}): ${told.join("; ")}\n${JSON.stringify(raw)}`];
}

test("no container of others is lost, and no pod is refused", { timeout: 20 * 60_000 }, async () => {
  const all = fc.sample(ways, { numRuns: runs({ usual: 100, soak: 1000 }), seed: seed() });
  const wrong: string[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    wrong.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(judge))).flat());
  }
  expect(wrong.slice(0, 5)).toEqual([]);
});
