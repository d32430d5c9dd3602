import { describe, expect, it, test } from "vitest";
import { captureRules, type PodNetwork } from "../../../src/iptables/capture-rules.ts";
import type { Family, IptablesOptions } from "../../../src/iptables/iptables-options.ts";
import { parseOptions } from "../../../src/iptables/parse-options.ts";
import { cleanupText, restoreText, stateAfter } from "../../../src/iptables/restore-text.ts";
import { NO_RULES, parseSaved } from "../../../src/iptables/saved-rules.ts";

const NETWORK: PodNetwork = { dnsServers: { v4: ["10.96.0.10"], v6: ["fd00::a"] } };
const BASE = ["-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020"];

function options(more: readonly string[]): IptablesOptions {
  const parsed = parseOptions([...BASE, ...more]);
  if (!parsed.ok) {
    throw new Error(parsed.error.join("; "));
  }
  return parsed.value.options;
}

const rules = (more: readonly string[] = [], family: Family = "v4") => captureRules(options(more), family, NETWORK);

test.each<[string, readonly string[], Family]>([
  ["default", [], "v4"],
  ["default-v6", [], "v6"],
  ["nothing-captured", ["-i", "", "-b", ""], "v4"],
  ["chosen-ports", ["-b", "80,8080", "-q", "3306", "-o", "9092", "-i", ""], "v4"],
  ["chosen-ranges", ["-i", "10.0.0.0/8,fd00::/8", "-x", "10.9.0.0/16", "-k", "net1", "-c", "eth1"], "v4"],
  ["chosen-ranges-v6", ["-i", "10.0.0.0/8,fd00::/8", "-x", "10.9.0.0/16", "-k", "net1"], "v6"],
  ["dns", ["--redirect-dns"], "v4"],
  ["dns-all-v6", ["--redirect-dns", "--capture-all-dns"], "v6"],
  ["dns-excluded", ["--redirect-dns", "-o", "5432", "-x", "240.240.0.0/16", "-i", "10.0.0.0/8", "-c", "eth1"], "v4"],
  ["dns-tproxy-v6", ["--redirect-dns", "-m", "TPROXY", "-q", "3306", "-i", "", "-g", "2000"], "v6"],
  ["tproxy", ["-m", "TPROXY"], "v4"],
  ["tproxy-without-an-interface", ["-m", "TPROXY", "-c", "eth1", "--drop-invalid"], "v6"],
  ["tproxy-ports-drop-invalid", ["-m", "TPROXY", "-b", "80", "--drop-invalid", "-g", "2000"], "v4"],
])("the text of %s", async (name, more, family) => {
  await expect(restoreText(rules(more, family), NO_RULES)).toMatchFileSnapshot(`testdata/${name}.txt`);
});

const specs = (more: readonly string[], family: Family = "v4") => rules(more, family).map(({ spec }) => spec);

test.each(["127.0.0.1/32", "127.0.0.0/8", "::1/128", "::1", "0:0:0:0:0:0:0:1/128"])(
  "with %s among the included ranges the pod's calls to itself are looked at like others",
  (range) => {
    expect(specs(["-i", `10.0.0.0/8,${range}`])).not.toContain("-o lo -m owner ! --uid-owner 1337 -j RETURN");
  },
);

test.each(["10.127.0.0/16", "1::1/128", "::2/128", "*"])("%s is no loopback range", (range) => {
  expect(specs(["-i", range])).toContain("-o lo -m owner ! --uid-owner 1337 -j RETURN");
});

test.each(["v4", "v6"] as const)("the probe comes before every exemption of %s", (family) => {
  const all = rules(["-c", "eth1", "-o", "15002", "-x", "192.0.0.0/24,100::/64", "-i", "", "-b", ""], family);
  const [first] = all.filter(({ table, chain }) => table === "nat" && chain === "ISTIO_OUTPUT");
  expect(first?.spec).toBe(`-d ${family === "v4" ? "192.0.0.8/32" : "100::1/128"} -p tcp -j REDIRECT --to-ports 15002`);
  const output = all.filter(({ table, chain }) => table === "nat" && chain === "OUTPUT");
  expect(output.map(({ spec }) => spec)).toEqual(["-j ISTIO_OUTPUT"]);
});

const AUTOMATIC = { v4: "240.240.0.0/16", v6: "2001:2::/48" } as const;

describe.each(["v4", "v6"] as const)("automatic addresses of %s", (family) => {
  const excluded = ["-c", "eth1", "-o", "5432", "-x", "240.0.0.0/4,2001:2::/32", "-i", "", "-b", ""];

  it.each(["REDIRECT", "TPROXY"])("are led to the sidecar before every exclusion, but for the proxy's own calls (%s)", (mode) => {
    const all = rules([...excluded, "-m", mode, "-g", "2000", "--redirect-dns"], family);
    const output = all.filter(({ table, chain }) => table === "nat" && chain === "ISTIO_OUTPUT").map(({ spec }) => spec);
    expect(output[1]).toBe(`-d ${AUTOMATIC[family]} -p tcp -j ISTIO_OUTPUT_AUTO`);
    expect(output[2]).toBe("-o eth1 -j RETURN");
    const own = all.filter(({ table, chain }) => table === "nat" && chain === "ISTIO_OUTPUT_AUTO").map(({ spec }) => spec);
    expect(own).toEqual(["-m owner --uid-owner 1337 -j RETURN", "-m owner --gid-owner 2000 -j RETURN", "-j ISTIO_REDIRECT"]);
  });

  it("are like any other where queries are not captured", () => {
    expect(restoreText(rules(excluded, family), NO_RULES)).not.toMatch(/ISTIO_OUTPUT_AUTO|240\.240|2001:2::\/48/);
  });

  it("are led to the sidecar where the one DNS server is of the other family, too", () => {
    const network: PodNetwork = { dnsServers: { ...NETWORK.dnsServers, [family]: [] } };
    const all = captureRules(options([...excluded, "--redirect-dns"]), family, network);
    expect(all.map(({ spec }) => spec)).toContain(`-d ${AUTOMATIC[family]} -p tcp -j ISTIO_OUTPUT_AUTO`);
  });
});

test("queries are not captured where resolv.conf names nobody to ask", () => {
  const nobody: PodNetwork = { dnsServers: { v4: [], v6: [] } };
  expect(captureRules(options(["--redirect-dns"]), "v4", nobody)).toEqual(captureRules(options([]), "v4", nobody));
  expect(captureRules(options(["--redirect-dns", "--capture-all-dns"]), "v4", nobody)).not.toEqual(captureRules(options([]), "v4", nobody));
});

test("a second run takes its own rules out first, so that they stand once", () => {
  const saved = stateAfter(rules());
  const text = restoreText(rules(), saved);
  expect(text).toContain("-D PREROUTING -p tcp -j ISTIO_INBOUND\n");
  expect(text.indexOf("-D OUTPUT -j ISTIO_OUTPUT")).toBeLessThan(text.indexOf("-A OUTPUT -j ISTIO_OUTPUT"));
});

test("chains of an earlier run with other options are emptied and removed, rules of others stay", () => {
  const saved = parseSaved(
    "*nat\n:PREROUTING ACCEPT [0:0]\n:ISTIO_OUTPUT_DNS - [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n-A PREROUTING -p tcp -j ISTIO_INBOUND\nCOMMIT\n",
  );
  const text = restoreText(rules(), saved);
  expect(text).toContain(":ISTIO_OUTPUT_DNS - [0:0]\n");
  expect(text).toContain("-X ISTIO_OUTPUT_DNS\n");
  expect(text).not.toContain("KUBE");
});

test("cleanup is the inverse: every jump and chain of ours, nothing else", () => {
  const more = ["-c", "eth1", "--redirect-dns", "--drop-invalid"];
  const saved = stateAfter(rules(more));
  const text = cleanupText(rules(more), saved);
  expect(text).toContain("-D PREROUTING -i eth1 -j RETURN\n");
  expect(text.match(/^-X /gm)).toHaveLength([...saved.values()].reduce((sum, table) => sum + table.chains.length, 0));
  expect(text).toContain("-X ISTIO_OUTPUT_AUTO\n");
  expect(text).not.toContain("-A ");
});

test("cleanup where nothing was written does nothing", () => {
  expect(cleanupText(rules(), NO_RULES)).toBe("");
});
