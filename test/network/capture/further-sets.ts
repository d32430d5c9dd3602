import { USUAL } from "./option-sets.ts";

/** An option set that was not recorded, told by what differs from one that was. */
export interface FurtherSet {
  readonly name: string;
  readonly args: readonly string[];
  readonly beside: string;
  readonly different: Readonly<Record<string, string>>;
}

/** The same verdict for each of these calls. */
const all = (verdict: string, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, verdict]));

const each = (families: readonly string[], callers: readonly string[], call: string): readonly string[] =>
  families.flatMap((family) => callers.map((caller) => `${family} ${caller} ${call}`));

const BOTH = ["v4", "v6"];
const APPS = ["app", "root"];

export const FURTHER_SETS: readonly FurtherSet[] = [
  {
    name: "TPROXY leaves excluded interfaces alone too",
    args: [...USUAL, "-m", "TPROXY", "-c", "eth1"],
    beside: "tproxy",
    different: all("passed", [...each(BOTH, APPS, "tcp behind-eth1:80"), ...each(BOTH, ["world"], "tcp own-eth1:8080")]),
  },
  {
    name: "TPROXY of chosen ports",
    args: [...USUAL, "-m", "TPROXY", "-b", "8080"],
    beside: "tproxy",
    different: {
      ...all("passed", [
        ...each(BOTH, ["world"], "tcp own:22"),
        ...each(BOTH, ["world"], "tcp own:80"),
        ...each(BOTH, ["world"], "tcp own:9100"),
        ...each(BOTH, ["world"], "tcp own:15008"),
        ...each(BOTH, ["world"], "tcp own:15053"),
        ...each(BOTH, ["machine"], "tcp outside:80"),
        ...each(BOTH, ["machine"], "tcp dns:53"),
        "v4 machine tcp ten-eight:80",
        ...each(BOTH, ["proxy", "proxy-user", "proxy-group"], "tcp own:15008"),
        ...each(BOTH, ["proxy-group"], "tcp own:53"),
      ]),
      ...all("15001", each(BOTH, ["world"], "tcp own:15001")),
      "v4 world tcp held-from-before": "answered",
    },
  },
  { name: "all outbound ports and no range: as all ranges", args: [...USUAL, "-i", "", "-q", "*"], beside: "uid-and-gid", different: {} },
  {
    name: "IPv6 ranges, included and excluded",
    args: [...USUAL, "-i", "203.0.113.0/24,2001:db8::/32", "-x", "2001:db8:1::/48"],
    beside: "no-outbound",
    different: all(
      "15001",
      ["53", "80", "443", "3306", "5432", "9092", "15008", "15020"].flatMap((port) => each(BOTH, APPS, `tcp outside:${port}`)),
    ),
  },
  {
    name: "a loopback range among the included ones has the pod's calls to itself captured",
    args: [...USUAL, "-i", "10.0.0.0/8,127.0.0.0/8"],
    beside: "include-outbound-ip-ranges",
    different: {
      ...all(
        "15001",
        ["8080", "53", "15008"].flatMap((port) => each(["v4"], APPS, `tcp own:${port}`)),
      ),
      ...all("passed", each(["v4"], APPS, "tcp private-16:80")),
      // The rule of the user's number no longer takes out what is not the user's.
      ...all(
        "15006",
        ["own:8080", "own:53", "own-eth1:8080"].flatMap((target) => each(BOTH, ["proxy-group"], `tcp ${target}`)),
      ),
    },
  },
  {
    name: "captured queries under TPROXY: automatic addresses are led to Envoy though port and ranges are excluded",
    args: [...USUAL, "-m", "TPROXY", "--redirect-dns", "-o", "443", "-x", "240.240.0.0/16,2001:2::/48"],
    beside: "tproxy",
    different: {
      ...all("passed", each(BOTH, APPS, "tcp outside:443")),
      ...all("15053", [...each(["v4"], APPS, "tcp dns:53"), ...each(["v4"], APPS, "udp dns:53"), "v4 app-from-one-port udp dns:53"]),
      ...all("15001", each(BOTH, APPS, "tcp own:53")),
    },
  },
  {
    name: "captured queries: automatic addresses are led to Envoy though no range and another port is included",
    args: [...USUAL, "--redirect-dns", "-i", "", "-q", "3306"],
    beside: "dns-capture",
    different: all("passed", [
      ...["53", "80", "443", "5432", "9092", "15008", "15020"].flatMap((port) => each(BOTH, APPS, `tcp outside:${port}`)),
      ...["own:53", "behind-eth1:80", "dns:80"].flatMap((target) => each(BOTH, APPS, `tcp ${target}`)),
      ...["service:80", "ten-eight:80", "private-16:80", "meta-data:80"].flatMap((target) => each(["v4"], APPS, `tcp ${target}`)),
      ...each(["v6"], APPS, "tcp dns:53"),
    ]),
  },
];
