import type { Family } from "../../../src/iptables/iptables-options.ts";
import { ADDRESSES, PASSTHROUGH, type Place } from "./places.ts";

/** User and group under which a call is made. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
}

export const CALLERS: Readonly<Record<string, Caller>> = {
  app: { uid: 1000, gid: 1000 },
  root: { uid: 0, gid: 0 },
  proxy: { uid: 1337, gid: 1337 },
  "proxy-user": { uid: 1337, gid: 1000 },
  "proxy-group": { uid: 1000, gid: 1337 },
};

/** One call: who, from where, to what. */
export interface Probe {
  /** As verdicts name it: `v4 app tcp outside:80`. */
  readonly name: string;
  readonly from: Place;
  readonly caller: Caller;
  readonly protocol: "tcp" | "udp";
  readonly host: string;
  readonly port: number;
  /** Address and port that it is made from; absent: whatever the kernel takes. */
  readonly source?: { readonly address?: string; readonly port?: number };
}

const OUTBOUND_TCP: readonly string[] = [
  ...["loopback:8080", "loopback:53", "own:8080", "own:53", "own:15008", "own-eth1:8080"],
  ...["outside:53", "outside:80", "outside:443", "outside:3306", "outside:5432", "outside:9092", "outside:15008", "outside:15020"],
  ...["behind-eth1:80", "dns:53", "dns:80", "service:80", "ten-eight:80", "private-16:80", "meta-data:80"],
  ...["automatic:443", "automatic:5432"],
];
const OUTBOUND_UDP: readonly string[] = ["loopback:53", "dns:53", "outside:53", "outside:443", "outside:3306"];
const INBOUND: readonly string[] = ["22", "80", "8080", "9100", "15001", "15006", "15008", "15020", "15021", "15053", "15090"];

/** Every call of the matrix, both families. `sharedPort` is a source port that app and proxy ask from, one after the other. */
export function allProbes(sharedPort: number): readonly Probe[] {
  return (["v4", "v6"] as const).flatMap((family) => [
    ...Object.keys(CALLERS).flatMap((caller) => [
      ...OUTBOUND_TCP.flatMap((target) => probe(family, { from: "pod", caller, protocol: "tcp", target })),
      ...OUTBOUND_UDP.flatMap((target) => probe(family, { from: "pod", caller, protocol: "udp", target })),
    ]),
    ...handedOn(family, sharedPort),
    ...INBOUND.flatMap((port) => probe(family, { from: "world", caller: "root", protocol: "tcp", target: `own:${port}` })),
    ...probe(family, { from: "world", caller: "root", protocol: "tcp", target: "own-eth1:8080" }),
    ...["own-net1:8080", "outside:80", "dns:53", "ten-eight:80"].flatMap((target) =>
      probe(family, { from: "machine", caller: "root", protocol: "tcp", target }),
    ),
  ]);
}

interface Call {
  readonly from: Place;
  readonly caller: string;
  readonly protocol: "tcp" | "udp";
  readonly target: string;
}

function probe(family: Family, { from, caller, protocol, target }: Call): readonly Probe[] {
  const [word = "", port = ""] = target.split(":");
  const host = ADDRESSES[family][word];
  const who = CALLERS[caller];
  if (host === undefined || who === undefined) return [];
  const name = `${family} ${from === "pod" ? caller : from} ${protocol} ${target}`;
  return [{ name, from, caller: who, protocol, host, port: Number(port) }];
}

/** What the proxy hands on to the app, by its own address, and the queries that it passes on from a port that the app asked from before. */
function handedOn(family: Family, sharedPort: number): readonly Probe[] {
  const proxy = { uid: 1337, gid: 1337 };
  const own = { from: "pod", caller: proxy, host: ADDRESSES[family]["own"] ?? "", port: 8080 } as const;
  return [
    { ...own, name: `${family} proxy-handing-on tcp own:8080`, protocol: "tcp", source: { address: PASSTHROUGH[family] } },
    ...["app", "proxy"].flatMap((caller) =>
      probe(family, { from: "pod", caller, protocol: "udp", target: "dns:53" }).map((asked) => ({
        ...asked,
        name: `${family} ${caller}-from-one-port udp dns:53`,
        source: { port: sharedPort },
      })),
    ),
  ];
}
