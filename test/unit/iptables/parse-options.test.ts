import { expect, test } from "vitest";
import { parseOptions } from "../../../src/iptables/parse-options.ts";

test("the injector's arguments, with an empty value and a star", () => {
  const parsed = parseOptions(["-p", "15001", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*", "-d", "15090,15021"]);
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      dryRun: false,
      options: { outboundRangesInclude: ["*"], outboundRangesExclude: [], inboundPortsExclude: ["15090", "15021"], proxyGids: ["1337"] },
    },
  });
});

test("long names, values after an equals sign, switches with a value", () => {
  const parsed = parseOptions(["--envoy-port=15101", "--proxy-uid", "2000,2001", "--drop-invalid", "--redirect-dns=false", "--dry-run"]);
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      dryRun: true,
      options: { outboundPort: 15101, proxyUids: ["2000", "2001"], proxyGids: ["2000", "2001"], dropInvalid: true, redirectDns: false },
    },
  });
});

test("IPv6 may escape only where somebody wrote so", () => {
  expect(parseOptions([])).toMatchObject({ ok: true, value: { ipv6MayBypass: false } });
  expect(parseOptions(["--ipv6-may-bypass"])).toMatchObject({ ok: true, value: { ipv6MayBypass: true } });
  expect(parseOptions([], { FAIRLEAD_IPV6_MAY_BYPASS: "true" })).toMatchObject({ ok: true, value: { ipv6MayBypass: true } });
});

test("the environment switches DNS capture on", () => {
  expect(parseOptions([], { ISTIO_META_DNS_CAPTURE: "true" })).toMatchObject({ ok: true, value: { options: { redirectDns: true } } });
});

test.each([
  [["-p", "70000"], /^-p: "70000" is not a port; write a number from 1 to 65535/],
  [["-i", "10.0.0.0/33"], /^-i: "10.0.0.0\/33" is not allowed; write CIDRs/],
  [["-x", "example.com"], /^-x: "example.com" is not allowed/],
  [["-d", "80;reboot"], /^-d: /],
  [["-b", "*,80"], /^-b: "\*" is not allowed/],
  [["-u", "istio"], /^-u: "istio" is not allowed; write numeric ids/],
  [["-m", "redirect"], /write REDIRECT or TPROXY/],
  [["-c", "eth0\n-A"], /^-c: /],
  [["-y", "1"], /^unknown flag -y; known are -p -z/],
  [["-p"], /^-p needs a value/],
  [["stray"], /^unexpected argument "stray"/],
])("refuses %j with what to write instead", (argv, message) => {
  const parsed = parseOptions(argv);
  expect(parsed.ok ? [] : parsed.error).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
});
