import { execFileSync } from "node:child_process";
import { ADDRESSES, OF_WORLD, type Place, WIRES } from "./places.ts";

/** The network namespaces of one capture lab, joined, without a way out. */
export interface CaptureNetwork {
  readonly names: Readonly<Record<Place, string>>;
  close(): void;
}

const PLACES: readonly Place[] = ["pod", "world", "machine"];
const FAMILIES = ["v4", "v6"] as const;
const PREFIX = { v4: "24", v6: "64" } as const;

/** Connections that were open before they were followed count as invalid, not as new. The pod hands on what the machine sends. */
const SETTINGS: Readonly<Record<Place, readonly string[]>> = {
  pod: [
    "ipv4/ip_forward=1",
    "ipv6/conf/all/forwarding=1",
    "netfilter/nf_conntrack_tcp_loose=0",
    "ipv4/ip_unprivileged_port_start=0",
    "ipv4/conf/all/send_redirects=0",
  ],
  world: ["ipv4/ip_unprivileged_port_start=0"],
  machine: [],
};

export function openCaptureNetwork(): CaptureNetwork {
  const names = { pod: `fl-capt-pod-${process.pid}`, world: `fl-capt-out-${process.pid}`, machine: `fl-capt-vm-${process.pid}` };
  for (const place of PLACES) ip("netns", "add", names[place]);
  for (const wire of WIRES) {
    ip("-n", names.pod, "link", "add", wire.device, "type", "veth", "peer", "name", wire.device, "netns", names[wire.to]);
  }
  for (const place of PLACES) batch(names[place], [...linesOf(place), "link set lo up"]);
  batch(names.pod, routesOf("pod"));
  batch(names.world, routesOf("world"));
  batch(names.machine, routesOf("machine"));
  for (const place of PLACES) set(names[place], SETTINGS[place]);
  return {
    names,
    close: () => {
      for (const place of PLACES) ip("netns", "del", names[place]);
    },
  };
}

/** Addresses and links of a place. Without duplicate detection an IPv6 address is there at once. */
function linesOf(place: Place): readonly string[] {
  const ends = WIRES.filter((wire) => place === "pod" || wire.to === place);
  const addresses = ends.flatMap((wire) =>
    FAMILIES.map(
      (family) => `addr add ${(place === "pod" ? wire.pod : wire.peer)[family]}/${PREFIX[family]} dev ${wire.device}${nodad(family)}`,
    ),
  );
  const own = place === "world" ? FAMILIES.flatMap(worldAddresses) : [];
  return [...addresses, ...own, ...ends.map(({ device }) => `link set ${device} up`)];
}

const nodad = (family: "v4" | "v6"): string => (family === "v6" ? " nodad" : "");

function worldAddresses(family: "v4" | "v6"): readonly string[] {
  const known = OF_WORLD.map((word) => ADDRESSES[family][word]).filter((address) => address !== undefined);
  return known.map((address) => `addr add ${address}/${family === "v4" ? 32 : 128} dev lo${nodad(family)}`);
}

function routesOf(place: Place): readonly string[] {
  const [eth0, eth1, net1] = WIRES;
  if (eth0 === undefined || eth1 === undefined || net1 === undefined) throw new Error("the capture lab has three wires");
  switch (place) {
    case "pod":
      return FAMILIES.flatMap((family) => [
        `route add default via ${eth0.peer[family]}`,
        `route add ${ADDRESSES[family]["behind-eth1"]} via ${eth1.peer[family]}`,
      ]);
    case "world":
      return FAMILIES.map((family) => `route add ${net1.peer[family]} via ${eth0.pod[family]}`);
    case "machine":
      return FAMILIES.map((family) => `route add default via ${net1.pod[family]}`);
  }
}

const ip = (...words: readonly string[]): void => void execFileSync("ip", words, { stdio: "pipe" });

function batch(namespace: string, lines: readonly string[]): void {
  execFileSync("ip", ["-n", namespace, "-batch", "-"], { input: `${lines.join("\n")}\n`, stdio: "pipe" });
}

function set(namespace: string, settings: readonly string[]): void {
  const writes = settings.map((setting) => setting.split("=")).map(([path, value]) => `echo ${value} > /proc/sys/net/${path}`);
  execFileSync("nsenter", [`--net=/run/netns/${namespace}`, "sh", "-ec", writes.join("\n")], { stdio: "pipe" });
}
