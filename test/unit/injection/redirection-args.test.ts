// What the injector takes as an annotation, the command that is made of it takes too: a pod that was let in does not fail at its start.
import { expect, test } from "vitest";
import { inject } from "../../../src/injection/inject.ts";
import { captureRules } from "../../../src/iptables/capture-rules.ts";
import { parseOptions } from "../../../src/iptables/parse-options.ts";
import { type AnyPod, appPod, injected, input } from "./injection-case.ts";

const PREFIX = "traffic.sidecar.istio.io/";
const PORTS = ["", "0", "1", "80", "65535", "8080,9090", "8080, 9090", "080", "65536", "http", "80,", "*,80", "-1", "8080-8090"];
const RANGES = [
  "",
  "10.0.0.0/8",
  "10.0.0.1",
  "fd00::/8",
  "::1",
  "10.0.0.0/8, fd00::/8",
  "10.0.0.0/33",
  "fe80::1%eth0",
  "*,10.0.0.0/8",
  "a.example",
];
const INTERFACES = ["", "eth0", "eth0,docker0", "eth0, docker0", "a-name-that-is-too-long", "eth 0", "!eth0"];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  includeInboundPorts: ["*", ...PORTS],
  excludeInboundPorts: ["*", ...PORTS],
  includeOutboundPorts: ["*", ...PORTS],
  excludeOutboundPorts: ["*", ...PORTS],
  includeOutboundIPRanges: ["*", ...RANGES],
  excludeOutboundIPRanges: ["*", ...RANGES],
  kubevirtInterfaces: INTERFACES,
  excludeInterfaces: INTERFACES,
};

function argumentsOf(pod: AnyPod): readonly string[] {
  return pod.spec.initContainers.find(({ name }: AnyPod) => name === "istio-init").args.slice(1);
}

test.each(Object.entries(VALUES))("%s", (name, values) => {
  const problems = values.flatMap((value) => {
    const result = inject(input(appPod({ annotations: { [PREFIX + name]: value } })));
    if (!result.ok) return [];
    const parsed = parseOptions(argumentsOf(result.value.pod));
    return parsed.ok ? [] : parsed.error.map((error) => `${JSON.stringify(value)}: ${error}`);
  });
  expect(problems).toEqual([]);
});

test("the star as outbound ports captures every port, whatever its address", () => {
  const annotations = { [`${PREFIX}includeOutboundPorts`]: "*", [`${PREFIX}includeOutboundIPRanges`]: "" };
  const parsed = parseOptions(argumentsOf(injected(appPod({ annotations })).pod));
  if (!parsed.ok) throw new Error(parsed.error.join());
  const rules = captureRules(parsed.value.options, "v4", { dnsServers: { v4: [], v6: [] } });
  expect(rules.filter(({ chain, spec }) => chain === "ISTIO_OUTPUT" && spec.includes("ISTIO_REDIRECT"))).toEqual([
    { table: "nat", chain: "ISTIO_OUTPUT", spec: "-p tcp -j ISTIO_REDIRECT" },
  ]);
});
