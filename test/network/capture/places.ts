import type { Family } from "../../../src/iptables/iptables-options.ts";

/** A network namespace of the capture lab. The virtual machine sits behind the pod's `net1`. */
export type Place = "pod" | "world" | "machine";

/** One wire of the pod: the pod's end and the other one, by family. */
export interface Wire {
  readonly device: string;
  readonly to: Exclude<Place, "pod">;
  readonly pod: Readonly<Record<Family, string>>;
  readonly peer: Readonly<Record<Family, string>>;
}

export const WIRES: readonly Wire[] = [
  { device: "eth0", to: "world", pod: { v4: "10.244.1.2", v6: "fd00:1::2" }, peer: { v4: "10.244.1.1", v6: "fd00:1::1" } },
  { device: "eth1", to: "world", pod: { v4: "192.168.7.2", v6: "fd00:2::2" }, peer: { v4: "192.168.7.1", v6: "fd00:2::1" } },
  { device: "net1", to: "machine", pod: { v4: "192.168.9.2", v6: "fd00:3::2" }, peer: { v4: "192.168.9.1", v6: "fd00:3::1" } },
];

/** Addresses by the word that verdicts call them. A family that has none of a word is not asked. */
export const ADDRESSES: Readonly<Record<Family, Readonly<Record<string, string>>>> = {
  v4: {
    loopback: "127.0.0.1",
    own: "10.244.1.2",
    "own-eth1": "192.168.7.2",
    "own-net1": "192.168.9.2",
    outside: "203.0.113.10",
    "behind-eth1": "198.51.100.7",
    dns: "10.96.0.10",
    service: "10.100.3.4",
    "ten-eight": "10.20.0.1",
    "private-16": "172.16.5.5",
    "meta-data": "169.254.169.254",
    automatic: "240.240.0.9",
  },
  v6: {
    loopback: "::1",
    own: "fd00:1::2",
    "own-eth1": "fd00:2::2",
    "own-net1": "fd00:3::2",
    outside: "2001:db8::10",
    "behind-eth1": "2001:db8:1::7",
    dns: "fd00:10::a",
    automatic: "2001:2::9",
  },
};

/** The words whose address the outside world owns. */
export const OF_WORLD = ["outside", "behind-eth1", "dns", "service", "ten-eight", "private-16", "meta-data", "automatic"] as const;

/** Where the proxy hands on from, so that its call is not captured again. */
export const PASSTHROUGH: Readonly<Record<Family, string>> = { v4: "127.0.0.6", v6: "::6" };
