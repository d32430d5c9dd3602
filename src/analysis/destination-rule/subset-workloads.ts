import { fieldPath } from "../../api/field-path.ts";
import { isWildcard } from "../../base/hostname.ts";
import { entryEndpoints } from "../../model/indexes/declared-endpoints.ts";
import { selects } from "../../model/indexes/selected-by-label.ts";
import type { MeshService } from "../../model/mesh-service.ts";
import { fullHost } from "../../model/short-host.ts";
import { reachableHost } from "../../scope/reachable-hosts.ts";
import { hostArg } from "../../scope/visible-services.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { labelsAsText } from "../labels-as-text.ts";
import { scopeIn } from "../scope-in.ts";
import type { World } from "../world.ts";

type Labels = Readonly<Record<string, string>>;

/** Labels that endpoints have from the node they run on. */
const ofNode = (name: string): boolean => name.startsWith("topology.") || name === "kubernetes.io/hostname";

/** Whether a service has an endpoint with these labels; undefined where its endpoints are not chosen by label, or not known. */
function hasEndpoint(world: World, { namespace, name, selector }: MeshService, labels: Labels): boolean | undefined {
  if (selector !== undefined && Object.keys(selector).length > 0) {
    const contradicts = Object.entries(labels).some(([label, value]) => (selector[label] ?? value) !== value);
    return !contradicts && world.workloads({ ...selector, ...labels }, { namespace, most: 1 }).length > 0;
  }
  const written = world.ask(entryEndpoints, `${namespace}/${name}`).flat();
  return written.length === 0 ? undefined : written.some((endpoint) => selects(labels, endpoint.labels ?? {}));
}

/** Some workload of the service has the labels of each subset. */
export const subsetWorkloads: AnalysisRule<"DestinationRule"> = {
  id: "destination-rule/subset-workloads",
  kinds: ["DestinationRule"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace } }, world) => {
    const host = fullHost(spec.host, namespace);
    if (isWildcard(host) || spec.subsets === undefined) return [];
    const services = new Set(world.get(reachableHost, hostArg(scopeIn(namespace), host)).map(({ service }) => service));
    return untilMany(spec.subsets.entries(), "spec.subsets", ([index, { name, labels = {} }]) => {
      if (Object.keys(labels).length === 0 || Object.keys(labels).some(ofNode)) return [];
      const answers = [...services].map((service) => hasEndpoint(world, service, labels));
      if (answers.length === 0 || answers.some((found) => found !== false)) return [];
      return [
        finding("subsetChoosesNothing", `${fieldPath("spec.subsets", index)}.labels`, { subset: name, host, labels: labelsAsText(labels) }),
      ];
    });
  },
};
