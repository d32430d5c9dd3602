import { fixedByName } from "../../api/fix.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";

/** What took the place of a field. */
export interface Successor {
  /** In words. */
  readonly instead: string;
  /** Where that is to be written, and what means there what is written now; absent where it may not be moved. */
  readonly moved?: { readonly to: string; readonly value: unknown } | undefined;
  /** The old field does nothing any more. */
  readonly isIdle?: boolean;
}

/** Every field that has a successor is told wherever it is written, whatever stands in it, and moved where that changes nothing. */
export function deprecated(path: string, { instead, moved, isIdle = false }: Successor): Finding {
  const found = finding("deprecatedField", path, { instead, effect: isIdle ? " and has no effect" : "" });
  return moved === undefined ? found : fixedByName(found, moved.to, moved.value);
}
