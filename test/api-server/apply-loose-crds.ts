import { OWN_KINDS, type OwnKind } from "../../src/api/kinds.ts";
import type { ApiClient } from "../../src/source/kubernetes/api-client.ts";
import { hasCode } from "../../src/source/kubernetes/api-error.ts";
import { until } from "./child.ts";

/** CRDs without a schema, so that a test can store what the real ones would refuse. Resolves when they are served. */
export async function applyLooseCrds(admin: ApiClient, kinds = Object.keys(OWN_KINDS) as OwnKind[]): Promise<void> {
  for (const kind of kinds) {
    const { plural, singular, group } = OWN_KINDS[kind];
    const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const body = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind, plural, singular },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
      },
    };
    await admin.json({ method: "POST", path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", body });
  }
  for (const kind of kinds) {
    const path = `/apis/${OWN_KINDS[kind].group}/v1/${OWN_KINDS[kind].plural}`;
    await until(
      () => served(admin, path),
      () => `${path} is not served`,
    );
  }
}

async function served(admin: ApiClient, path: string): Promise<boolean> {
  try {
    await admin.json({ path });
    return true;
  } catch (error) {
    if (hasCode(error, 404, 429, 503)) return false;
    throw error;
  }
}
