// Kinds that Istio enforces and fairlead does not, as they and their objects come and go at a real API server.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UNENFORCED_KINDS, type UnenforcedKind } from "../../src/api/unenforced-kinds.ts";
import { watchUnenforced } from "../../src/status/unenforced/watch-unenforced.ts";
import { heldClock } from "../unit/xds/held-clock.ts";
import { until } from "./child.ts";
import { memoryLog } from "./collected.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";
import { applyUnenforcedCrds, createUnenforced, deleteUnenforced, removeUnenforcedCrd } from "./unenforced-crds.ts";

let server: ApiServer;
const end = new AbortController();
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  end.abort();
  await server?.stop();
});

const [POLICY, ...OTHERS] = UNENFORCED_KINDS as [UnenforcedKind, ...UnenforcedKind[]];

test("kinds and objects are followed as they come and go, without a word in the log and without asking in between", async () => {
  const clock = heldClock(0);
  const log = memoryLog();
  const told = new Map<string, readonly string[]>();
  const asked: string[] = [];
  const client = {
    ...server.admin,
    json: <T>(request: Parameters<typeof server.admin.json>[0]) => {
      asked.push(`${request.path} ${request.headers?.["accept"] ?? ""}`);
      return server.admin.json<T>(request);
    },
  };
  const changed = ({ kind }: UnenforcedKind, objects: ReadonlyMap<string, object>) => void told.set(kind, [...objects.keys()].sort());
  void watchUnenforced({ client, changed, clock, log }, end.signal);
  const becomes = (kind: UnenforcedKind, names: readonly string[]) =>
    until(
      () => JSON.stringify(told.get(kind.kind)) === JSON.stringify(names),
      () => `${kind.kind}: ${JSON.stringify(told.get(kind.kind))} is not ${JSON.stringify(names)}`,
      20,
    );
  /** Time passes until it is asked again what there is; the answer needs its own. */
  const look = async (): Promise<void> => {
    await until(
      () => clock.planned() > 0,
      () => "it does not wait",
    );
    clock.move(30_000);
  };
  await look();
  expect(told.size).toBe(0);
  await applyUnenforcedCrds(server.admin, [POLICY]);
  await createUnenforced(server.admin, POLICY, "early");
  await look();
  await becomes(POLICY, ["default/early"]);
  await createUnenforced(server.admin, POLICY, "later");
  await becomes(POLICY, ["default/early", "default/later"]);
  await deleteUnenforced(server.admin, POLICY, "early");
  await becomes(POLICY, ["default/later"]);
  const listed = asked.filter((line) => line.startsWith(`/apis/${POLICY.group}/v1beta1/${POLICY.plural} `));
  expect(listed).toHaveLength(1);
  expect(listed[0], "metadata alone").toContain("as=PartialObjectMetadataList");
  await applyUnenforcedCrds(server.admin, OTHERS);
  for (const kind of OTHERS) await createUnenforced(server.admin, kind, "one");
  await look();
  for (const kind of OTHERS) await becomes(kind, ["default/one"]);
  await removeUnenforcedCrd(server.admin, POLICY);
  await until(
    async () => {
      await look();
      return told.get(POLICY.kind)?.length === 0;
    },
    () => `still told: ${told.get(POLICY.kind)?.join()}`,
  );
  expect(log.lines.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
});

test("analyze says of each object what it means that it has no effect", async () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [resolve("src/main/cli.ts"), "analyze", "cluster", "--kubeconfig", server.kubeconfig, "-o", "json"],
    { encoding: "utf8" },
  );
  const { findings } = JSON.parse(stdout) as { findings: { code: string; kind: string; name: string; level: string; message: string }[] };
  const own = findings.filter(({ code }) => code === "FL1101");
  expect(own.map(({ kind, level, name }) => `${level} ${kind} ${name}`).sort()).toEqual(
    OTHERS.map(({ kind }) => `warning ${kind} one`).sort(),
  );
  for (const { kind, meaning } of OTHERS) expect(own.find((finding) => finding.kind === kind)?.message).toContain(meaning);
  expect(status).toBe(0);
});
