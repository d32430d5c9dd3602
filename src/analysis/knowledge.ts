import { OWN_KINDS } from "../api/kinds.ts";
import type { Kind } from "../api/object.ts";

/** Kinds of which a world has every object there is. */
export type Knowledge = ReadonlySet<Kind>;

/** Documents: what they say of services and of the mesh's resources is taken for all there is, as they are applied together. */
export const OF_DOCUMENTS: Knowledge = new Set<Kind>([...(Object.keys(OWN_KINDS) as Kind[]), "Service"]);

/** A cluster that is watched: its pods and namespaces too. */
export const OF_CLUSTER: Knowledge = new Set<Kind>([...OF_DOCUMENTS, "Pod", "Namespace"]);
