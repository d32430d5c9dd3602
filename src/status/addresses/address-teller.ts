import { automaticRange } from "../../base/automatic-ranges.ts";
import type { Log } from "../../source/log.ts";
import type { Allotment } from "./address-book.ts";
import type { Family } from "./ranges.ts";
import type { StoredEntry } from "./stored-entries.ts";

/** Tells operators of addresses. */
export interface AddressTeller {
  /** Told once for each family. */
  exhausted(entry: StoredEntry, allotment: Allotment): void;
  takenOver(entry: StoredEntry): void;
  left(entry: StoredEntry): void;
}

export function createAddressTeller(log: Log): AddressTeller {
  const ranges = new Set<Family>();
  return {
    exhausted: ({ key }, { exhausted }) => {
      for (const family of exhausted) {
        if (ranges.has(family)) continue;
        ranges.add(family);
        log.warn(
          { range: automaticRange(family), object: `ServiceEntry/${key}` },
          "no automatic address is left: write addresses into ServiceEntries, " +
            'or label those that need none networking.istio.io/enable-autoallocate-ip: "false"',
        );
      }
    },
    takenOver: ({ key, others }) => {
      log.info(
        { object: `ServiceEntry/${key}`, managers: others },
        "the list of addresses was another manager's: what was good in it is kept, and the list is ours from now on",
      );
    },
    left: ({ key, others }) => {
      log.warn(
        { object: `ServiceEntry/${key}`, managers: others },
        others.length > 0
          ? "another manager writes the addresses of this object again and again, they are left to it; let only one control plane allocate addresses"
          : "something takes the addresses out of the status of this object again and again, they are put back once in a while; " +
              "let whoever writes its status as a whole keep status.addresses",
      );
    },
  };
}
