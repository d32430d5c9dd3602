import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openResourceTable } from "../../../src/agent/resource-table.ts";
import { bodyOf, encodeResource } from "../../../src/rpc/delta-encoding.ts";

const name = fc.constantFrom("a", "b", "c", "outbound|80||x");
const step = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), name, body: fc.string({ maxLength: 3000 }) }),
  fc.record({ kind: fc.constant("remove" as const), name }),
  fc.record({ kind: fc.constant("reopen" as const) }),
);

test("whatever is put, removed and reopened, the table reads as a map would", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(40), (steps, torn) => {
      const folder = mkdtempSync(join(tmpdir(), "fairlead-table-"));
      const path = join(folder, "t.log");
      const model = new Map<string, string>();
      let table = openResourceTable(path);
      for (const one of steps) {
        if (one.kind === "put") {
          table.put(encodeResource(one.name, "t", Buffer.from(one.body)));
          model.set(one.name, one.body);
        } else if (one.kind === "remove") {
          expect(table.remove(one.name)).toBe(model.delete(one.name));
        } else {
          table.close();
          table = openResourceTable(path);
        }
      }
      const read = (): Map<string, string> =>
        new Map(
          [...table.names()].map((key) => [
            key,
            Buffer.from(bodyOf(table.get(key) ?? encodeResource("", "", new Uint8Array())).body).toString(),
          ]),
        );
      expect(read()).toEqual(model);
      table.close();
      // A tail cut anywhere costs the newest entries, never the reading of the rest.
      truncateSync(path, Math.max(0, statSync(path).size - torn));
      table = openResourceTable(path);
      for (const body of read().values()) expect(typeof body).toBe("string");
      table.close();
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 60 },
  );
});
