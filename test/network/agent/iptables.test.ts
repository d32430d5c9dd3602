import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTwoNamespaces, type TwoNamespaces } from "./two-namespaces.ts";

const ARGUMENTS = ["-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020"];
const OUTSIDE = { host: "203.0.113.10", port: 80 };
const [APP, PROXY] = [1000, 1337];

let lab: TwoNamespaces;

const COMMAND = [process.execPath, "src/main/agent.ts", "istio-iptables", ...ARGUMENTS];
const iptables = (...more: readonly string[]) => lab.inPod([...COMMAND, ...more]);

/** As `iptables`, in an image whose programs of these names fail as they do where the kernel lacks the tables. */
function withoutPrograms(names: readonly string[], ...more: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-programs-"));
  for (const name of names) writeFileSync(join(folder, name), '#!/bin/sh\necho "no such table" >&2\nexit 3\n', { mode: 0o755 });
  const run = lab.inPod(["env", `PATH=${folder}:${process.env["PATH"]}`, ...COMMAND, ...more]);
  rmSync(folder, { recursive: true });
  return run;
}

/** The rules in force, without counters, comments and tables that hold none. */
function state(): string {
  const text = lab.inPod(["iptables-nft-save"]).stdout + lab.inPod(["ip6tables-nft-save"]).stdout;
  return text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.replace(/\[\d+:\d+\]/, ""))
    .join("\n");
}

describe.skipIf(process.getuid?.() !== 0)("redirection in a network namespace", () => {
  beforeAll(async () => {
    lab = openTwoNamespaces();
    await lab.answerOn([15001, 15006, 15021, 8080]);
  });
  afterAll(() => lab.close());

  test("nothing is captured before, everything of the app after, nothing of the proxy", () => {
    expect(lab.whoAnswers("pod", APP, { host: lab.podAddress, port: 8080 })).toBe("8080");
    const run = iptables();
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('"msg":"redirection written"');
    expect(lab.whoAnswers("pod", APP, OUTSIDE)).toBe("15001");
    expect(lab.whoAnswers("pod", PROXY, OUTSIDE)).toBe("none");
    expect(lab.whoAnswers("pod", APP, { host: "127.0.0.1", port: 8080 })).toBe("8080");
    expect(lab.whoAnswers("pod", PROXY, { host: lab.podAddress, port: 8080 })).toBe("15006");
    expect(lab.whoAnswers("neighbour", APP, { host: lab.podAddress, port: 8080 })).toBe("15006");
    expect(lab.whoAnswers("neighbour", APP, { host: lab.podAddress, port: 15021 })).toBe("15021");
  });

  test("IPv6 is captured alike where the pod has an IPv6 address", () => {
    expect(lab.whoAnswers("pod", APP, { host: "2001:db8::10", port: 80 })).toBe("15001");
    expect(lab.whoAnswers("pod", APP, { host: "::1", port: 8080 })).toBe("8080");
    expect(lab.whoAnswers("neighbour", APP, { host: lab.podAddress6, port: 8080 })).toBe("15006");
    expect(lab.whoAnswers("neighbour", APP, { host: lab.podAddress6, port: 15021 })).toBe("15021");
  });

  test("a second run changes nothing", () => {
    const before = state();
    expect(iptables().status).toBe(0);
    expect(state()).toBe(before);
  });

  test("other options replace the earlier ones, and rules of others stay", () => {
    lab.inPod(["iptables-nft", "-t", "nat", "-A", "OUTPUT", "-d", "192.0.2.9", "-j", "ACCEPT"]);
    expect(iptables("-i", "198.51.100.0/24", "-c", "eth9", "--drop-invalid", "--redirect-dns", "--capture-all-dns").status).toBe(0);
    expect(lab.whoAnswers("pod", APP, OUTSIDE)).toBe("none");
    expect(lab.whoAnswers("pod", APP, { host: "198.51.100.7", port: 80 })).toBe("15001");
    expect(iptables().status).toBe(0);
    expect(state()).not.toContain("eth9");
    expect(state()).not.toContain("ISTIO_DROP");
    expect(state()).not.toContain("ISTIO_OUTPUT_DNS");
    expect(state()).toContain("192.0.2.9");
    expect(lab.whoAnswers("pod", APP, OUTSIDE)).toBe("15001");
  });

  test("cleanup takes every rule and chain of ours away, once or twice", () => {
    expect(iptables("-c", "eth9").status).toBe(0);
    for (let run = 0; run < 2; run++) expect(iptables("-c", "eth9", "--cleanup").status).toBe(0);
    expect(state()).not.toMatch(/ISTIO|eth9/);
    expect(state()).toContain("192.0.2.9");
  });

  test("TPROXY writes marks, rules and route, and takes them away again", () => {
    expect(iptables("-m", "TPROXY").status).toBe(0);
    const once = state();
    expect(once).toContain("ISTIO_TPROXY");
    expect(lab.inPod(["ip", "rule"]).stdout).toContain("fwmark 0x539 lookup 133");
    expect(iptables("-m", "TPROXY").status).toBe(0);
    expect(state()).toBe(once);
    expect(iptables("-m", "TPROXY", "--cleanup").status).toBe(0);
    expect(state()).not.toMatch(/ISTIO|0x539/);
    expect(lab.inPod(["ip", "rule"]).stdout).not.toContain("0x539");
  });

  test("where IPv6 cannot be captured and the pod has an address of it, the pod does not start, unless told that it may escape", () => {
    const refused = withoutPrograms(["ip6tables-nft-restore"]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("the kernel refused the IPv6 rules: ip6tables-nft-restore: no such table");
    expect(refused.stderr).toContain("write --ipv6-may-bypass");
    const unreadable = withoutPrograms(["ip6tables-nft-save", "ip6tables-legacy-save"]);
    expect(unreadable.status).toBe(1);
    expect(unreadable.stderr).toContain("ip6tables-nft-save: no such table; ip6tables-legacy-save: no such table");
    const allowed = withoutPrograms(["ip6tables-nft-restore"], "--ipv6-may-bypass");
    expect(allowed.status).toBe(0);
    expect(allowed.stdout).toContain("no such table");
    expect(lab.whoAnswers("pod", APP, OUTSIDE)).toBe("15001");
    expect(iptables("--cleanup").status).toBe(0);
  });

  test("wrong flags: what to write instead, status 1, nothing changed", () => {
    const before = state();
    const run = iptables("-b", "http");
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('-b: "http" is not allowed; write ports');
    expect(state()).toBe(before);
  });

  test("a dry run prints and changes nothing", () => {
    const before = state();
    const run = iptables("--dry-run");
    expect(run.stdout).toMatch(/^# iptables-restore --noflush\n\*nat\n:ISTIO_INBOUND - \[0:0\]\n/);
    const [, v4 = "", v6 = ""] = run.stdout.split(/^# ip6?tables-restore --noflush\n/m);
    expect(lab.inPod(["iptables-nft-restore", "--test", "--noflush"], v4).stderr).toBe("");
    expect(lab.inPod(["ip6tables-nft-restore", "--test", "--noflush"], v6).stderr).toBe("");
    expect(state()).toBe(before);
  });
});
