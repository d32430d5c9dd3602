import type { GivenAddress } from "../../api/object.ts";
import { canonicalAddress } from "../../base/address.ts";
import type { Allotment } from "./address-book.ts";
import type { StoredEntry } from "./stored-entries.ts";

/** What is to be written of an entry's addresses. */
export interface AddressChange {
  /** None: ours are taken away. */
  readonly addresses: readonly GivenAddress[];
  /** Other managers hold the list, which is one field: what is written takes the place of all of it. */
  readonly takesOver: boolean;
}

/** Absent where the API server holds what it should, whoever wrote it. What others wrote of an entry that is to have none is theirs. */
export function addressChange({ given, ours, others, readable }: StoredEntry, { addresses }: Allotment): AddressChange | undefined {
  if (!readable) return undefined;
  if (addresses.length === 0) return ours ? { addresses, takesOver: false } : undefined;
  const [held, wanted] = [namesOf(given), namesOf(addresses)];
  const same = given.length === addresses.length && wanted.isSubsetOf(held);
  return same ? undefined : { addresses, takesOver: others.length > 0 };
}

/** Order and the way an address is written make no difference: other programs have ways of their own. */
function namesOf(addresses: readonly GivenAddress[]): ReadonlySet<string> {
  return new Set(addresses.map(({ value, host }) => `${host.toLowerCase()} ${canonicalAddress(value)}`));
}
