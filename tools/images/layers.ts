// The layers: what of the machine, of npm and of this project goes into each. Thick ones seldom change, thin ones with the code.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Contents, file, firstExisting, folder, librariesOf, link, merged, program, script, text } from "./rootfs.ts";

const NODE = process.execPath;
/** A third less memory for a process that mostly waits; docs/adr/0002 has the figures. */
const SMALL = "--max-semi-space-size=1 --lite-mode";
const AGENT = "usr/local/lib/fairlead/agent.js";

const onPath = (name: string): string => firstExisting(...["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map((place) => join(place, name)));

// Mount points that pods of Istio's shape expect; empty, because a read-only root cannot make them when they are wanted.
const MOUNT_POINTS: Contents = Object.fromEntries(
  [
    "etc/istio/proxy",
    "etc/istio/pod",
    "var/lib/istio/data",
    "var/run/secrets/istio",
    "var/run/secrets/istio/crl",
    "var/run/secrets/tokens",
    "var/run/secrets/workload-spiffe-uds",
    "var/run/secrets/credential-uds",
    "var/run/secrets/workload-spiffe-credentials",
    "var/run/secrets/kubernetes.io/serviceaccount",
  ].map((path) => [path, folder()]),
);

const SKELETON: Contents = {
  bin: link("usr/bin"),
  sbin: link("usr/sbin"),
  lib: link("usr/lib"),
  lib64: link("usr/lib64"),
  "usr/lib64": folder(),
  dev: folder(),
  proc: folder(),
  sys: folder(),
  run: folder(),
  root: folder(0o700),
  tmp: folder(0o1777),
  "var/tmp": folder(0o1777),
  "etc/passwd": text(
    ["root:x:0:0:root:/root:/bin/sh", "istio-proxy:x:1337:1337:istio-proxy:/:/bin/sh", "nobody:x:65534:65534:nobody:/:/bin/false", ""].join(
      "\n",
    ),
  ),
  "etc/group": text(["root:x:0:", "istio-proxy:x:1337:", "nogroup:x:65534:", ""].join("\n")),
  "etc/nsswitch.conf": text("passwd: files\ngroup: files\nhosts: files dns\nprotocols: files\nservices: files\n"),
  // Written over by whoever runs the image; present so that a bind mount has a target.
  "etc/hosts": text(""),
  "etc/hostname": text(""),
  "etc/resolv.conf": text(""),
};

function busybox(): Contents {
  const binary = onPath("busybox");
  const applets = execFileSync(binary, ["--list-full"], { encoding: "utf8" }).trim().split("\n");
  const links = applets.map((path) => [merged(`/${path}`), link("/usr/bin/busybox")] as const);
  return { ...Object.fromEntries(links), "usr/bin/busybox": program(realpathSync(binary)), ...librariesOf([binary]) };
}

const FAMILIES = ["iptables", "ip6tables"];
const VERBS = ["", "-save", "-restore"];

/** Both kinds of iptables, under the names that Debian gives them; the plain names are the nft kind. */
function iptablesPrograms(): Contents {
  const named = (kind: string, to: string): Contents =>
    Object.fromEntries(FAMILIES.flatMap((family) => VERBS.map((verb) => [`usr/sbin/${family}${kind}${verb}`, link(to)] as const)));
  const [nft, legacy] = ["xtables-nft-multi", "xtables-legacy-multi"].map((name) => realpathSync(onPath(name))) as [string, string];
  return {
    [merged(nft)]: program(nft),
    [merged(legacy)]: program(legacy),
    ...named("", basename(nft)),
    ...named("-nft", basename(nft)),
    ...named("-legacy", basename(legacy)),
    ...librariesOf([nft, legacy]),
  };
}

/** iptables with its extensions, which it loads by name from the folder it was built for. */
function iptables(): Contents {
  const extensions = firstExisting(
    ...readdirSync("/usr/lib")
      .filter((name) => name.endsWith("-linux-gnu"))
      .map((name) => `/usr/lib/${name}/xtables`),
    "/usr/lib/xtables",
  );
  const shared = readdirSync(extensions).filter((name) => name.endsWith(".so"));
  return {
    ...iptablesPrograms(),
    ...Object.fromEntries(shared.map((name) => [join(merged(extensions), name), program(realpathSync(join(extensions, name)))])),
    ...librariesOf(shared.map((name) => join(extensions, name))),
  };
}

/** Certificates of the machine's trusted authorities, for TLS to outside hosts; protocol and service names for iptables. */
function machineFiles(): Contents {
  const paths = ["/etc/ssl/certs/ca-certificates.crt", "/etc/protocols", "/etc/services"];
  return Object.fromEntries(paths.filter((path) => existsSync(path)).map((path) => [path.slice(1), file(realpathSync(path))]));
}

export function baseLayer(envoy: string): Contents {
  return { ...busybox(), ...SKELETON, ...MOUNT_POINTS, ...machineFiles(), ...iptables(), ...librariesOf([NODE, envoy]) };
}

export function nodeLayer(): Contents {
  const licence = join(dirname(dirname(NODE)), "LICENSE");
  return {
    "usr/local/bin/node": program(NODE),
    ...(existsSync(licence) ? { "usr/local/share/licenses/node/LICENSE": file(licence) } : {}),
  };
}

export function envoyLayer(envoy: string): Contents {
  const licence = join(dirname(envoy), "LICENSE.wheel");
  return {
    "usr/local/bin/envoy": program(envoy),
    ...(existsSync(licence) ? { "usr/local/share/licenses/envoy/LICENSE.wheel": file(licence) } : {}),
  };
}

/** The pod side. `pilot-agent` is the name that people's commands and the injected arguments use. */
export function agentLayer(): Contents {
  return {
    [AGENT]: file("dist/agent.js"),
    "usr/local/lib/fairlead/package.json": text('{ "type": "module" }\n'),
    [`${AGENT}.LICENSES`]: file("dist/agent.js.LICENSES"),
    "usr/local/bin/pilot-agent": script(`#!/bin/sh\nexec /usr/local/bin/node ${SMALL} /${AGENT} "$@"\n`),
  };
}

export function controllerLayer(): Contents {
  const chunks = readdirSync("dist/lib").map((name) => [`usr/local/lib/fairlead/lib/${name}`, file(join("dist/lib", name))] as const);
  return {
    ...Object.fromEntries(chunks),
    "usr/local/bin/fairlead": script('#!/bin/sh\nexec /usr/local/bin/node /usr/local/lib/fairlead/lib/cli.js "$@"\n'),
  };
}

/** Clients for test applications. */
export function toolsLayer(): Contents {
  const programs = ["curl", "openssl"].map(onPath);
  return {
    ...Object.fromEntries(programs.map((path) => [merged(path), program(realpathSync(path))])),
    ...librariesOf(programs),
  };
}

export function corednsLayer(): Contents {
  return { "usr/local/bin/coredns": program(realpathSync(".cache/bin/coredns")) };
}
