import { addressOf, at, type Json, list, text } from "./config-dump.ts";
import { type SectionView, wanted } from "./view.ts";

function statusOf(host: Json): string {
  const eds = text(at(host, "health_status", "eds_health_status")) || "HEALTHY";
  return eds === "HEALTHY" && at(host, "health_status", "failed_active_health_check") === true ? "UNHEALTHY" : eds;
}

function outlierOf(host: Json): string {
  return at(host, "health_status", "failed_outlier_check") === true ? "FAILED" : "OK";
}

/** From `/clusters`: what Envoy thinks of each endpoint at this moment, which no config dump says. */
export const endpointView: SectionView = {
  header: ["ENDPOINT", "STATUS", "OUTLIER CHECK", "CLUSTER"],
  items: ({ clusters }, filters) =>
    list(clusters?.["cluster_statuses"])
      .filter((cluster) => wanted(filters.cluster ?? filters.name, text(cluster["name"])))
      .flatMap((cluster) => list(cluster["host_statuses"]).map((host) => ({ host, cluster: text(cluster["name"]) })))
      .map(({ host, cluster }) => ({
        whole: { cluster, ...host },
        rows: [[addressOf(host["address"]), statusOf(host), outlierOf(host), cluster]],
      }))
      .filter(({ rows: [row] }) => {
        const [, address = "", port = ""] = /^(.*):([^:]*)$/.exec(row?.[0] ?? "") ?? [];
        return wanted(filters.address, address) && wanted(filters.port, port);
      })
      .sort((a, b) => ((a.rows[0]?.join() ?? "") < (b.rows[0]?.join() ?? "") ? -1 : 1)),
};
