import type { StatsInclusion } from "./bootstrap-input.ts";
import type { JsonValue } from "./node-description.ts";

const PREFIXES = ["reporter=", "cluster_manager", "listener_manager", "server", "cluster.xds-grpc", "wasm", "component", "istio"];
const SUFFIXES = ["rbac.allowed", "rbac.denied", "shadow_allowed", "shadow_denied"];
const REGEXPS = ["vhost\\..*\\.route\\..*"];

/** Names of clusters and connection managers end in ";", which is where a tag is cut out of a statistic's name. */
const TAGS = [
  { tag_name: "cluster_name", regex: "^cluster\\.((.+?);\\.)" },
  { tag_name: "http_conn_manager_prefix", regex: "^http\\.((.+?);\\.)" },
  { tag_name: "tcp_prefix", regex: "^tcp\\.((.+?);\\.)" },
  { tag_name: "response_code", regex: "_rq(_(\\d{3}))$" },
  { tag_name: "response_code_class", regex: "_rq(_(\\dxx))$" },
];

/** Only what is listed is recorded: statistics of thousands of clusters are most of a proxy's memory. */
export function statsConfig(more: StatsInclusion): JsonValue {
  return {
    use_all_default_tags: false,
    stats_tags: TAGS,
    stats_matcher: {
      inclusion_list: {
        patterns: [
          ...[...PREFIXES, ...more.prefixes].map((prefix) => ({ prefix })),
          ...[...SUFFIXES, ...more.suffixes].map((suffix) => ({ suffix })),
          ...[...REGEXPS, ...more.regexps].map((regex) => ({ safe_regex: { regex } })),
        ],
      },
    },
  };
}
