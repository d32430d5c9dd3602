import { at, type Json, list, object, section, text } from "./config-dump.ts";
import { type SectionView, wanted } from "./view.ts";

/** `…/namespaces/NS/destination-rule/NAME` → `NAME.NS`. */
function ruleOf(cluster: Json): string {
  const path = text(at(cluster, "metadata", "filter_metadata", "istio", "config"));
  const [, namespace, name] = /namespaces\/([^/]+)\/[^/]+\/([^/]+)$/.exec(path) ?? [];
  return name === undefined ? "" : `${name}.${namespace}`;
}

/** Direction, port, subset and host of `outbound|80|v1|host`; other names stand for themselves. */
function partsOf(name: string): { direction: string; port: string; subset: string; host: string } {
  const [direction = "", port = "", subset = "", host] = name.split("|");
  return host === undefined ? { direction: "-", port: "-", subset: "-", host: name } : { direction, port, subset: subset || "-", host };
}

export const clusterView: SectionView = {
  header: ["SERVICE FQDN", "PORT", "SUBSET", "DIRECTION", "TYPE", "DESTINATION RULE"],
  items: ({ dump }, filters) => {
    const clusters = section(dump, "ClustersConfigDump");
    const all = [...list(clusters["dynamic_active_clusters"]), ...list(clusters["static_clusters"])];
    return all
      .map((entry) => object(entry["cluster"]))
      .map((whole) => ({ whole, ...partsOf(text(whole["name"])) }))
      .filter((c) => wanted(filters.fqdn, c.host) && wanted(filters.port, c.port) && wanted(filters.subset, c.subset))
      .filter((c) => wanted(filters.name ?? filters.cluster, text(c.whole["name"])))
      .map(({ whole, direction, port, subset, host }) => ({
        whole,
        rows: [[host, port, subset, direction, text(whole["type"]) || "STATIC", ruleOf(whole)]],
      }))
      .sort((a, b) => ((a.rows[0]?.[0] ?? "") < (b.rows[0]?.[0] ?? "") ? -1 : 1));
  },
};
