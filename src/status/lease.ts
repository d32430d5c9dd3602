import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { hasCode } from "../source/kubernetes/api-error.ts";

/** What a Lease of coordination.k8s.io/v1 says. */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export interface Lease {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly spec?: LeaseSpec;
}

/** One Lease; every write is guarded by the version that was read. */
export interface LeaseRecord {
  read(): Promise<Lease | undefined>;
  /** False when another was faster. */
  write(before: Lease | undefined, spec: LeaseSpec): Promise<boolean>;
}

export function createLeaseRecord(client: ApiClient, namespace: string, name: string): LeaseRecord {
  const folder = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  return {
    read: async () => {
      try {
        return await client.json<Lease>({ path: `${folder}/${name}` });
      } catch (error) {
        if (hasCode(error, 404)) return undefined;
        throw error;
      }
    },
    write: async (before, spec) => {
      const fresh = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace } };
      try {
        if (before === undefined) await client.json({ method: "POST", path: folder, body: { ...fresh, spec } });
        else await client.json({ method: "PUT", path: `${folder}/${name}`, body: { ...before, spec } });
        return true;
      } catch (error) {
        if (hasCode(error, 409)) return false;
        throw error;
      }
    },
  };
}
