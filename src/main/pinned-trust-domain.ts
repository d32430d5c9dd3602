import type { StoredObject } from "../api/object.ts";
import { isKind } from "../api/object.ts";
import type { Change, Delta } from "../api/store.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";

const DEFAULT_TRUST_DOMAIN = "cluster.local";

/** Keeps the trust domain of the start in force: certificates of another one would be refused by every proxy that runs. */
export interface PinnedTrustDomain {
  /** From now on this mesh configuration's trust domain is in force; gives it. */
  pin(mesh: StoredObject<"MeshConfig"> | undefined): string;
  /** The same delta, in which the mesh configuration has the trust domain in force, whatever is written. */
  hold(delta: Delta): Delta;
}

const domainOf = (mesh: StoredObject<"MeshConfig"> | undefined): string => mesh?.spec.trustDomain ?? DEFAULT_TRUST_DOMAIN;

export function createPinnedTrustDomain({ log, metrics }: { readonly log: Logger; readonly metrics: Metrics }): PinnedTrustDomain {
  const gauge = metrics.gauge(
    "fairlead_trust_domain_not_in_force",
    "1 while the mesh configuration names another trust domain than the one in force; restart the control plane to change it.",
  );
  gauge.set(0);
  let inForce: string | undefined;
  let written: string | undefined;
  const look = (mesh: StoredObject<"MeshConfig">): void => {
    const domain = domainOf(mesh);
    if (domain === written) return;
    written = domain;
    gauge.set(domain === inForce ? 0 : 1);
    const fields = { written: domain, inForce, origin: mesh.origin };
    if (domain === inForce) log.info(fields, "the mesh configuration names the trust domain in force again");
    else log.error(fields, "another trust domain is written, the one of the start stays in force; restart the control plane to change it");
  };
  const held = (object: StoredObject | undefined): StoredObject | undefined => {
    if (inForce === undefined || object === undefined || !isKind("MeshConfig", object) || domainOf(object) === inForce) return object;
    return { ...object, spec: { ...object.spec, trustDomain: inForce } };
  };
  return {
    pin: (mesh) => {
      inForce = domainOf(mesh);
      written = inForce;
      return inForce;
    },
    hold: (delta) => {
      if (inForce === undefined) return delta;
      const entries = [...delta].map(([key, change]) => {
        if (change.after !== undefined && isKind("MeshConfig", change.after)) look(change.after);
        return [key, heldChange(change, held)] as const;
      });
      return new Map(entries);
    },
  };
}

function heldChange(change: Change, held: (object: StoredObject | undefined) => StoredObject | undefined): Change {
  const [before, after] = [held(change.before), held(change.after)];
  if (before === change.before && after === change.after) return change;
  return { ...(before && { before }), ...(after && { after }) };
}
