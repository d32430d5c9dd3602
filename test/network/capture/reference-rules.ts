import { PASSTHROUGH } from "./places.ts";

/** What the reference wrote for one way to call it, as texts that `iptables-restore`, `ip6tables-restore` or `nft -f` read. */
export interface ReferenceRules {
  readonly program: "iptables" | "nft";
  readonly v4: string;
  readonly v6: string;
}

/**
 * Reads the recording of one dry run. It was made where there is no IPv6: the texts for IPv6 are the twins that the reference writes where
 * there is (its own expected outputs show them): loopback and passthrough address of the other family, no rule about an IPv4 range.
 */
export function readReferenceRules(recording: string): ReferenceRules {
  const nft = recording.split("\n").filter((line) => /^(add|flush|delete) /.test(line));
  if (nft.length > 0) {
    return {
      program: "nft",
      v4: nft.map((line) => ofFamily(line, "ip")).join("\n"),
      v6: nft.map((line) => nftTwin(ofFamily(line, "ip6"))).join("\n"),
    };
  }
  const lines = recording.split("\n").filter((line) => /^(\* ?\w+|-[AIN] .*|COMMIT)$/.test(line));
  return { program: "iptables", v4: text(lines), v6: text(lines.flatMap(twin)) };
}

const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

function twin(line: string): readonly string[] {
  const mapped = line.replaceAll("127.0.0.1/32", "::1/128").replaceAll("127.0.0.6/32", `${PASSTHROUGH.v6}/128`);
  return /\d+\.\d+\.\d+\.\d+/.test(mapped) ? [] : [mapped];
}

/** The table is of both families; taken for one, each is asked by itself. */
const ofFamily = (line: string, family: string): string => line.replace(" inet ", ` ${family} `);

function nftTwin(line: string): string {
  return line
    .replace("ip saddr 127.0.0.6/32", `ip6 saddr ${PASSTHROUGH.v6}/128`)
    .replaceAll(/ip daddr (!= )?127\.0\.0\.1\/32/g, "ip6 daddr $1::1/128");
}
