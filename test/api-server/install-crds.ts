import { type KindInfo, OWN_KINDS } from "../../src/api/kinds.ts";
import { hasCode } from "../../src/source/kubernetes/api-error.ts";
import { crdOf } from "../../tools/crds.ts";
import { until } from "./child.ts";
import type { ApiServer } from "./start-api-server.ts";

const KINDS: readonly KindInfo[] = Object.values(OWN_KINDS);

/** Puts the definitions of our kinds there. Resolves when every version of each is served. */
export async function installCrds({ admin }: ApiServer): Promise<void> {
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  for (const info of KINDS) await admin.json({ method: "POST", path, body: crdOf(info) });
  for (const { group, versions, plural, kind } of KINDS)
    for (const version of versions)
      await until(
        async () => {
          const answer = await admin.json({ path: `/apis/${group}/${version}/${plural}` }).catch((error: unknown) => error);
          return !hasCode(answer, 404, 429, 503);
        },
        () => `${kind} ${version} is not served`,
      );
}
