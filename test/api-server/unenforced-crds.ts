import { UNENFORCED_KINDS, type UnenforcedKind } from "../../src/api/unenforced-kinds.ts";
import type { ApiClient } from "../../src/source/kubernetes/api-client.ts";
import { hasCode } from "../../src/source/kubernetes/api-error.ts";
import { until } from "./child.ts";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/** Of the versions that Istio has of them, one; which does not matter here. */
const VERSION = "v1beta1";

const folder = ({ group, plural }: UnenforcedKind): string => `/apis/${group}/${VERSION}/namespaces/default/${plural}`;

/** Small definitions of the kinds that Istio enforces and we do not. Resolves when they are served. */
export async function applyUnenforcedCrds(admin: ApiClient, kinds = UNENFORCED_KINDS): Promise<void> {
  for (const { group, plural, kind } of kinds) {
    const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const versions = [{ name: VERSION, served: true, storage: true, schema: { openAPIV3Schema } }];
    const names = { kind, plural, singular: kind.toLowerCase() };
    const body = { metadata: { name: `${plural}.${group}` }, spec: { group, scope: "Namespaced", names, versions } };
    await admin.json({ method: "POST", path: DEFINITIONS, body });
  }
  for (const kind of kinds) {
    await until(
      () => served(admin, kind),
      () => `${kind.plural} are not served`,
    );
  }
}

export async function removeUnenforcedCrd(admin: ApiClient, { plural, group }: UnenforcedKind): Promise<void> {
  await admin.json({ method: "DELETE", path: `${DEFINITIONS}/${plural}.${group}` });
}

export async function createUnenforced(admin: ApiClient, kind: UnenforcedKind, name: string): Promise<void> {
  const body = { apiVersion: `${kind.group}/${VERSION}`, kind: kind.kind, metadata: { name }, spec: {} };
  await admin.json({ method: "POST", path: folder(kind), body });
}

export async function deleteUnenforced(admin: ApiClient, kind: UnenforcedKind, name: string): Promise<void> {
  await admin.json({ method: "DELETE", path: `${folder(kind)}/${name}` });
}

async function served(admin: ApiClient, kind: UnenforcedKind): Promise<boolean> {
  try {
    await admin.json({ path: folder(kind) });
    return true;
  } catch (error) {
    if (hasCode(error, 404, 429, 503)) return false;
    throw error;
  }
}
