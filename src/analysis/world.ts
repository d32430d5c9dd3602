import type { Kind, StoredObject } from "../api/object.ts";

/** A service as one object declares it. */
export interface DeclaredService {
  readonly host: string;
  readonly ports: readonly number[];
  readonly by: StoredObject;
}

/**
 * All objects that are judged together, found by what rules ask for, and by nothing that would mean to look at all of them. An older
 * version of the object that is being judged may be among them: a rule that asks for its own kind leaves that one out.
 */
export interface World {
  find<K extends FoundByName>(kind: K, namespace: string, name: string): StoredObject<K> | undefined;
  /** Services that are seen from `namespace` under a host, by its name or a wildcard above it. */
  services(host: string, namespace: string): readonly DeclaredService[];
  /** DestinationRules for a host that are seen from `namespace`. */
  destinationRules(host: string, namespace: string): readonly StoredObject<"DestinationRule">[];
  /** VirtualServices on the mesh that name a host, made whole. */
  meshRoutes(host: string): readonly StoredObject<"VirtualService">[];
  /** Gateways with a server that names this very host on a port. */
  gatewaysServing(port: number, host: string): readonly StoredObject<"Gateway">[];
  /** Gateways in a namespace, and those of a name in any. */
  gatewaysNear(namespace: string, name: string): readonly StoredObject<"Gateway">[];
  /** Sidecars for all workloads of a namespace. */
  sidecarsForAll(namespace: string): readonly StoredObject<"Sidecar">[];
  /** Whether any pod is known at all; none is in a folder of files. */
  knowsPods(): boolean;
  hasPodWith(labels: Readonly<Record<string, string>>): boolean;
}

/** Kinds that refer to each other by name. */
export type FoundByName = Extract<Kind, "Gateway" | "VirtualService">;
