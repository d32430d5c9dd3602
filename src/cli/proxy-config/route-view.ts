import { at, type Json, list, object, section, text } from "./config-dump.ts";
import { type Item, type SectionView, wanted } from "./view.ts";

function domainsOf(host: Json): string {
  const domains = Array.isArray(host["domains"]) ? host["domains"].map(text) : [];
  const more = domains.length > 2 ? ` + ${domains.length - 2} more...` : "";
  return `${domains.slice(0, 2).join(", ")}${more}`;
}

function matchOf(route: Json): string {
  const match = object(route["match"]);
  const path = text(match["path"]);
  const prefix = text(match["prefix"] ?? match["path_separated_prefix"]);
  const regex = text(at(match, "safe_regex", "regex"));
  return path || (prefix && `${prefix}*`) || (regex && `regex ${regex}`) || "/*";
}

/** `…/namespaces/NS/virtual-service/NAME` → `NAME.NS`. */
function virtualServiceOf(route: Json): string {
  const path = text(at(route, "metadata", "filter_metadata", "istio", "config"));
  const [, namespace, name] = /namespaces\/([^/]+)\/[^/]+\/([^/]+)$/.exec(path) ?? [];
  return name === undefined ? "" : `${name}.${namespace}`;
}

function itemOf(config: Json): Item {
  const name = text(config["name"]);
  const rows = list(config["virtual_hosts"]).flatMap((host) =>
    list(host["routes"]).map((route) => [name, text(host["name"]), domainsOf(host), matchOf(route), virtualServiceOf(route)]),
  );
  return { rows, whole: config };
}

export const routeView: SectionView = {
  header: ["NAME", "VHOST NAME", "DOMAINS", "MATCH", "VIRTUAL SERVICE"],
  items: ({ dump }, filters) => {
    const routes = section(dump, "RoutesConfigDump");
    const all = [...list(routes["dynamic_route_configs"]), ...list(routes["static_route_configs"])];
    return all
      .map((entry) => object(entry["route_config"]))
      .filter((config) => wanted(filters.name, text(config["name"])))
      .map(itemOf);
  },
};
