import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Sockets that somebody else has open in a pod's network: its app's, seen from the sidecar's container. */
export interface SocketFiles {
  /** Text of `/proc/net/NAME`; empty where there is no such file. */
  table(name: string): string;
  /** Inodes of the sockets that the processes of this container have open. */
  ownInodes(): ReadonlySet<string>;
}

const TABLES = ["tcp", "tcp6", "udp", "udp6"];
const INODE = 9;

/**
 * How many there are. A container sees the sockets of its whole pod, and the processes of its own alone: what no process of ours holds
 * is another's. A socket without an inode belongs to nobody any more. The tables are read again at last: a socket of ours that was closed
 * between them and the processes would be taken for another's.
 */
export function countForeignSockets(files: SocketFiles = PROC): number {
  const before = openInodes(files);
  const own = files.ownInodes();
  const after = openInodes(files);
  return [...before].filter((inode) => !own.has(inode) && after.has(inode)).length;
}

function openInodes(files: SocketFiles): ReadonlySet<string> {
  const inodes = TABLES.flatMap((name) => files.table(name).split("\n").slice(1).map(inodeOf));
  return new Set(inodes.filter((inode): inode is string => inode !== undefined && inode !== "0"));
}

const inodeOf = (row: string): string | undefined => row.trim().split(/\s+/)[INODE];

const PROC: SocketFiles = {
  table: (name) => orElse(() => readFileSync(`/proc/net/${name}`, "utf8"), ""),
  ownInodes: () => new Set(processes().flatMap(openSockets)),
};

const processes = (): readonly string[] => readdirSync("/proc").filter((name) => /^\d+$/.test(name));

/** A process or file may be gone, or not be ours to look at. */
function openSockets(pid: string): readonly string[] {
  return orElse(() => readdirSync(`/proc/${pid}/fd`), []).flatMap((fd) => {
    const inode = /^socket:\[(\d+)\]$/.exec(orElse(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ""))?.[1];
    return inode === undefined ? [] : [inode];
  });
}

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
