import fc from "fast-check";
import { expect, test } from "vitest";
import type { ObjectKey, StoredObject } from "../../../src/api/object.ts";
import type { Delta } from "../../../src/api/store.ts";
import { type ConfigFile, readConfigFile } from "../../../src/source/file/config-file.ts";
import { createFileProblems } from "../../../src/source/file/file-problems.ts";
import { createFolderObjects } from "../../../src/source/file/folder-objects.ts";
import { createMeshConfigKeeper } from "../../../src/source/mesh-config-keeper.ts";
import { createProblemList } from "../../../src/source/problem-list.ts";
import { memoryLog } from "../../api-server/collected.ts";

const PATHS = ["a.yaml", "b.yaml", "c/d.yaml"];
const SETTLE_MS = 50;

/** A folder without a disk: files are written by call, time moves by call. */
function folder() {
  const log = memoryLog();
  const problems = createProblemList(log, () => undefined);
  const keeper = createMeshConfigKeeper({ read: async () => undefined, write: async () => undefined }, problems, log);
  const objects = createFolderObjects({ keeper, problems: createFileProblems(problems, log), settleMs: SETTLE_MS });
  const files = new Map<string, ConfigFile>();
  const seen = new Map<ObjectKey, StoredObject>();
  let now = 0;
  const take = async (changes: Parameters<typeof objects.take>[0]): Promise<Delta> => {
    const { delta } = await objects.take(changes, now);
    for (const [key, { before, after }] of delta) {
      expect(seen.get(key)).toBe(before); // every change starts where the one before it ended
      if (after === undefined) seen.delete(key);
      else seen.set(key, after);
    }
    return delta;
  };
  return {
    problems,
    write: (path: string, text: string | undefined): Promise<Delta> => {
      const file = text === undefined ? undefined : readConfigFile(path, text, files.get(path), { namespace: "istio-system" });
      if (file === undefined) files.delete(path);
      else files.set(path, file);
      return take([{ path, ...(file && { file }) }]);
    },
    settle: (): Promise<Delta> => {
      now += SETTLE_MS;
      return take([]);
    },
    state: () => Object.fromEntries([...seen].sort().map(([key, object]) => [key, { origin: object.origin, spec: object.spec }])),
  };
}

const document = ({ name, port }: { readonly name: string; readonly port: number }): string =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: ${name}, namespace: n}\nspec:\n  hosts: [${name}.example.com]\n  ports: [{number: ${port}, name: tls, protocol: TLS}]\n  resolution: NONE\n`;
const entryArb = fc.record({ name: fc.constantFrom("p", "q", "r", "s"), port: fc.integer({ min: 1, max: 3 }) });
const textArb = fc.array(entryArb, { maxLength: 4 }).map((entries) => entries.map(document).join("---\n"));
const stepArb = fc.record({ path: fc.constantFrom(...PATHS), text: fc.option(textArb, { nil: undefined }), settle: fc.boolean() });

test("whatever the order of writes, in the end the same is in force as for who reads the folder now", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArb, { maxLength: 12 }), async (steps) => {
      const followed = folder();
      const last = new Map<string, string>();
      for (const { path, text, settle } of steps) {
        await followed.write(path, text);
        if (text === undefined) last.delete(path);
        else last.set(path, text);
        if (settle) await followed.settle();
      }
      await followed.settle();
      const fresh = folder();
      for (const [path, text] of last) await fresh.write(path, text);
      await fresh.settle();
      expect(followed.state()).toEqual(fresh.state());
      expect(
        followed.problems
          .all()
          .map((problem) => problem.id)
          .sort(),
      ).toEqual(
        fresh.problems
          .all()
          .map((problem) => problem.id)
          .sort(),
      );
    }),
    { numRuns: 200 },
  );
});

test("nothing that was in force goes out of force while a file is torn", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entryArb, { minLength: 1, maxLength: 4 }), fc.nat(), async (entries, at) => {
      const one = folder();
      const texts = entries.map(document);
      await one.write("a.yaml", texts.join("---\n"));
      const before = Object.keys(one.state());
      await one.write("a.yaml", texts.with(at % texts.length, "kind: [ServiceEntry\n").join("---\n"));
      await one.settle();
      expect(Object.keys(one.state())).toEqual(before);
      expect(one.problems.all().some((problem) => problem.findings[0]?.code === "FL0901")).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("of 1,000 documents in a file, the one that changed is the one that is told", async () => {
  const one = folder();
  const texts = Array.from({ length: 1_000 }, (_, i) => document({ name: `e${i}`, port: 1 }));
  expect((await one.write("a.yaml", texts.join("---\n"))).size).toBe(1_001); // and the mesh configuration
  const delta = await one.write("a.yaml", texts.with(500, document({ name: "e500", port: 2 })).join("---\n"));
  expect([...delta.keys()]).toEqual(["ServiceEntry/n/e500"]);
  const commented = texts.with(999, `${texts[999]}# a note\n`).with(500, document({ name: "e500", port: 2 }));
  expect((await one.write("a.yaml", commented.join("---\n"))).size).toBe(0);
  expect((await one.write("z.yaml", "{")).size).toBe(0);
});
