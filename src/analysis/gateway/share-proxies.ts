import type { StoredObject } from "../../api/object.ts";
import { selects } from "../../model/indexes/selected-by-label.ts";

type Gateway = StoredObject<"Gateway">;

/** Whether the same pods carry both: one selector asks for all that the other asks for. */
export function shareProxies({ spec: { selector: one = {} } }: Gateway, { spec: { selector: other = {} } }: Gateway): boolean {
  return selects(one, other) || selects(other, one);
}

export const nameOf = ({ metadata: { namespace, name } }: Gateway): string => `${namespace}/${name}`;
