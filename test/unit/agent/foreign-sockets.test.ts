import { createServer } from "node:net";
import { expect, test } from "vitest";
import { countForeignSockets } from "../../../src/agent/foreign-sockets.ts";

const HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const row = (inode: number): string =>
  `   0: 0100007F:3A98 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1337        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;

test("what no process of this container holds is another's; what nobody holds any more is not counted", () => {
  const tables: Record<string, string> = { tcp: HEADER + row(11) + row(12) + row(0), udp6: HEADER + row(13) };
  const files = { table: (name: string) => tables[name] ?? "", ownInodes: () => new Set(["11"]) };
  expect(countForeignSockets(files)).toBe(2);
  expect(countForeignSockets({ ...files, ownInodes: () => new Set(["11", "12", "13"]) })).toBe(0);
});

test("a socket of ours that is closed while the files are read is no other's", () => {
  const own = new Set(["11", "12"]);
  const files = {
    table: () => HEADER + [...own].map((inode) => row(Number(inode))).join(""),
    ownInodes: () => {
      own.delete("12");
      return new Set(own);
    },
  };
  expect(countForeignSockets(files)).toBe(0);
});

test("a socket of this process is no other's", async () => {
  const before = countForeignSockets();
  const servers = Array.from({ length: 50 }, () => createServer());
  for (const server of servers) await new Promise<void>((open) => server.listen(0, "127.0.0.1", open));
  // Others come and go on this machine, but hardly fifty at once.
  expect(countForeignSockets()).toBeLessThan(before + 50);
  for (const server of servers) server.close();
});
