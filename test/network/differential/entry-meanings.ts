import fc from "fast-check";
import { is, labels, list } from "./given-values.ts";
import { mendEntry, PORT_NAMES } from "./mended.ts";
import type { Meanings } from "./shaped.ts";
import {
  ADDRESS,
  EXPORT_TO,
  LABEL_VALUE,
  LABELS,
  of,
  PLAIN_HOSTS,
  PORT,
  PORT_NAME,
  PROTOCOL,
  RANGE,
  seldom,
  TEXT,
  UNSIGNED,
  WILDCARDS,
} from "./vocabulary.ts";

export const entries: Meanings = {
  ServiceEntry: { always: ["ports", "resolution"], mend: mendEntry },
  "ServiceEntry.hosts": list(fc.oneof({ weight: 4, arbitrary: PLAIN_HOSTS }, { weight: 1, arbitrary: WILDCARDS })),
  "ServiceEntry.addresses": list(RANGE),
  "ServiceEntry.resolution": is(of("NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "STATIC", "DNS", "DYNAMIC_DNS")),
  "ports[].number": is(PORT),
  "ports[].protocol": is(PROTOCOL),
  "ports[].targetPort": is(PORT),
  "endpoints[].address": is(
    fc.oneof(
      { weight: 3, arbitrary: ADDRESS },
      { weight: 2, arbitrary: PLAIN_HOSTS },
      {
        weight: 1,
        arbitrary: seldom(of("unix:///tmp/a.sock", "unix://@abstract", `unix:///${"p".repeat(106)}`), of(`unix:///${"p".repeat(107)}`)),
      },
    ),
  ),
  "endpoints[].ports": { keys: of(...PORT_NAMES.slice(0, 2)) },
  "endpoints[].labels": labels,
  "endpoints[]": { always: ["address"] },
  "ports{}": is(PORT),
  labels: labels,
  "labels{}": is(LABEL_VALUE),
  matchLabels: labels,
  "matchLabels{}": is(LABEL_VALUE),
  locality: is(of("us/a/1", "us", "eu/b", "a/b/c/d", "", "/", "ü/ü", "us//1")),
  "endpoints[].weight": is(UNSIGNED),
  exportTo: is(EXPORT_TO),
  workloadSelector: { always: ["labels", "matchLabels"] },
  "workloadSelector.labels": { value: fc.dictionary(LABELS, of("client", "v1", "orders"), { minKeys: 1, maxKeys: 2 }) },
  "workloadSelector.matchLabels": { value: fc.dictionary(LABELS, of("client", "v1", "orders"), { minKeys: 1, maxKeys: 2 }) },
};

export const workloads: Meanings = {
  WorkloadEntry: { always: ["address"] },
  "WorkloadEntry.address": is(fc.oneof({ weight: 3, arbitrary: ADDRESS }, { weight: 1, arbitrary: PLAIN_HOSTS })),
  "WorkloadEntry.ports": { keys: of(...PORT_NAMES) },
  "WorkloadEntry.weight": is(UNSIGNED),
  "template.weight": is(UNSIGNED),
  "template.address": is(ADDRESS),
  "template.ports": { keys: PORT_NAME },
  "metadata.labels": labels,
  probe: { always: ["tcpSocket", "httpGet", "exec", "grpc"], oneOf: [["tcpSocket", "httpGet", "exec", "grpc"]] },
  "httpGet.port": is(PORT),
  "httpGet.scheme": is(seldom(of("HTTP", "HTTPS", ""), of("http", "TCP"))),
  "httpHeaders[].name": is(seldom(of("x-probe", "Host", "A_b"), of("x.y", ""))),
  "tcpSocket.port": is(PORT),
  "grpc.port": is(PORT),
  exec: { always: ["command"] },
  "exec.command": list(TEXT.filter((text) => text !== "")),
};
