/** One way to call `istio-iptables`. The names are those of the recorded rule sets of the reference. */
export interface OptionSet {
  readonly name: string;
  readonly args: readonly string[];
}

export const USUAL = [
  "-p",
  "15001",
  "-z",
  "15006",
  "-u",
  "1337",
  "-m",
  "REDIRECT",
  "-i",
  "*",
  "-x",
  "",
  "-b",
  "*",
  "-d",
  "15090,15021,15020",
];

/** The usual arguments with others: a flag that is there already gets the new value. */
const usual = (...more: readonly string[]): readonly string[] => [...USUAL, ...more];

/** What the reference was asked, word for word but for the order; every other verdict is told beside those of `BASE`. */
export const OPTION_SETS: readonly OptionSet[] = [
  { name: "uid-and-gid", args: usual("-g", "1337") },
  { name: "bare-no-args", args: [] },
  { name: "dns-capture", args: usual("--redirect-dns") },
  { name: "dns-capture-all", args: usual("--redirect-dns", "--capture-all-dns") },
  { name: "dns-capture-gid", args: usual("-g", "1337", "--redirect-dns") },
  { name: "drop-invalid", args: usual("--drop-invalid") },
  { name: "dual-stack", args: usual("--dual-stack") },
  { name: "exclude-inbound-ports", args: usual("-d", "15090,15021,15020,9100,22") },
  { name: "exclude-interfaces", args: usual("-c", "eth1") },
  { name: "exclude-outbound-ip-ranges", args: usual("-x", "10.96.0.0/12,169.254.169.254/32") },
  { name: "exclude-outbound-ports", args: usual("-o", "3306,9092") },
  { name: "include-inbound-ports", args: usual("-b", "80,8080") },
  { name: "include-outbound-ip-ranges", args: usual("-i", "10.0.0.0/8,172.16.0.0/12") },
  { name: "include-outbound-ports", args: usual("-i", "", "-q", "3306,5432") },
  { name: "native-nftables", args: usual("--native-nftables") },
  { name: "no-inbound", args: usual("-b", "") },
  { name: "no-outbound", args: usual("-i", "") },
  { name: "reroute-virtual-interfaces", args: usual("-k", "net1") },
  { name: "tproxy", args: usual("-m", "TPROXY") },
];

/** The set whose verdicts are written out; those of the others name what differs. */
export const BASE = "uid-and-gid";
