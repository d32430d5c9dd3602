import { hostsToAddress } from "../../api/hosts-to-address.ts";
import { isKind, type StoredObject } from "../../api/object.ts";
import { isAutomaticAddress } from "../../base/automatic-ranges.ts";
import { resolveExportTo } from "../export-to.ts";
import type { Index } from "../fact.ts";

/** Addresses that were chosen for one host of an object that declares none. */
export interface ChosenAddresses {
  /** Lower-case. */
  readonly host: string;
  readonly namespace: string;
  /** Name of the object. */
  readonly name: string;
  readonly addresses: readonly string[];
}

/** Argument of `automaticAddresses`: what was chosen for a host. */
export const chosenForHost = (host: string): string => `host ${host}`;
/** Argument of `automaticAddresses`: what was chosen for hosts that are exported to a namespace, `*` for all. */
export const chosenForNamespace = (namespace: string): string => `namespace ${namespace}`;

/** Entries that are to have no addresses may still hold some; of others only what lies in the ranges was chosen. */
function chosenAddresses(object: StoredObject<"ServiceEntry">): readonly ChosenAddresses[] {
  const given = (object.status?.addresses ?? []).filter(({ value }) => isAutomaticAddress(value));
  if (given.length === 0) {
    return [];
  }
  const byHost = Map.groupBy(given, ({ host }) => host.toLowerCase());
  const { namespace, name } = object.metadata;
  return hostsToAddress(object).flatMap((written) => {
    const host = written.toLowerCase();
    const addresses = byHost.get(host)?.map(({ value }) => value);
    return addresses === undefined ? [] : [{ host, namespace, name, addresses }];
  });
}

/** Apart from the services themselves: they change on their own, and only callers whose agents answer DNS queries are concerned. */
export const automaticAddresses: Index<ChosenAddresses> = {
  name: "automatic-addresses",
  kinds: ["ServiceEntry"],
  *entries(object) {
    if (!isKind("ServiceEntry", object)) {
      return;
    }
    const exportTo = resolveExportTo(object.spec.exportTo, object.metadata.namespace);
    for (const chosen of chosenAddresses(object)) {
      yield [chosenForHost(chosen.host), chosen];
      for (const namespace of exportTo) {
        yield [chosenForNamespace(namespace), chosen];
      }
    }
  },
};
