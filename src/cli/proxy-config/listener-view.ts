import { at, type Json, list, object, section, text } from "./config-dump.ts";
import { type Item, type SectionView, wanted } from "./view.ts";

function matchOf(chain: Json): string {
  const match = object(chain["filter_chain_match"]);
  const names = (field: string) => (Array.isArray(match[field]) ? (match[field] as unknown[]).map(text) : []);
  const ranges = list(match["prefix_ranges"]).map((range) => `${text(range["address_prefix"])}/${text(range["prefix_len"])}`);
  const parts = [
    ["SNI", names("server_names")],
    ["Trans", [text(match["transport_protocol"])].filter(Boolean)],
    ["App", names("application_protocols")],
    ["Addr", [text(match["destination_port"]) && `*:${text(match["destination_port"])}`, ...ranges].filter(Boolean)],
  ] as const;
  const said = parts.flatMap(([name, values]) => (values.length === 0 ? [] : [`${name}: ${values.join(",")}`]));
  return said.length === 0 ? "ALL" : said.join("; ");
}

function tcpDestination(config: Json): string {
  const weighted = list(at(config, "weighted_clusters", "clusters"));
  const clusters = weighted.map((cluster) => `${text(cluster["name"])} (${text(cluster["weight"])})`);
  const name = text(config["cluster"]) || clusters.join(", ");
  return name === "PassthroughCluster" || name === "BlackHoleCluster" ? name : `Cluster: ${name}`;
}

function destinationOf(chain: Json): string {
  for (const filter of list(chain["filters"])) {
    const config = object(filter["typed_config"]);
    const type = text(config["@type"]);
    if (type.endsWith(".HttpConnectionManager")) {
      const route = text(at(config, "rds", "route_config_name"));
      return route === "" ? `Inline Route: ${text(at(config, "route_config", "name"))}` : `Route: ${route}`;
    }
    if (type.endsWith(".TcpProxy")) {
      return tcpDestination(config);
    }
  }
  return "Non-HTTP/Non-TCP";
}

function itemOf(listener: Json): Item {
  const socket = object(at(listener, "address", "socket_address"));
  const address = text(socket["address"]);
  const port = text(socket["port_value"]);
  const chains = list(listener["filter_chains"]).map((chain) => [address, port, matchOf(chain), destinationOf(chain)]);
  const fallback = listener["default_filter_chain"];
  const rest = fallback === undefined ? [] : [[address, port, "ALL", destinationOf(object(fallback))]];
  return { rows: [...chains, ...rest], whole: listener };
}

export const listenerView: SectionView = {
  header: ["ADDRESSES", "PORT", "MATCH", "DESTINATION"],
  items: ({ dump }, filters) => {
    const listeners = section(dump, "ListenersConfigDump");
    const active = list(listeners["dynamic_listeners"]).map((entry) => object(at(entry, "active_state", "listener")));
    const fixed = list(listeners["static_listeners"]).map((entry) => object(entry["listener"]));
    return [...active, ...fixed]
      .filter((listener) => Object.keys(listener).length > 0 && wanted(filters.name, text(listener["name"])))
      .map(itemOf)
      .filter(({ rows: [first] }) => wanted(filters.port, first?.[1] ?? "") && wanted(filters.address, first?.[0] ?? ""));
  },
};
