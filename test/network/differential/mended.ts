// What makes a generated body one that the API takes: parts that suit each other, names and numbers once.

/** A body, or a part of one. */
export type Spec = Readonly<Record<string, unknown>>;

export const without = (value: Spec, ...names: readonly string[]): Spec =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

export const PORT_NAMES = ["http", "tcp", "tls", "grpc", "x"] as const;

/** Ports with names and numbers of their own. */
export function portsApart(ports: unknown): unknown {
  const list = (ports ?? []) as readonly { readonly number: number }[];
  const numbers = new Set<number>();
  return list
    .filter(({ number }) => !numbers.has(number) && numbers.add(number))
    .map((port, i) => ({ ...port, name: PORT_NAMES[i] ?? `p${i}` }));
}

const isWildcard = (host: unknown): boolean => String(host).startsWith("*");

interface Entry {
  readonly [field: string]: unknown;
  readonly hosts?: readonly string[];
  readonly endpoints?: readonly { readonly address?: string }[];
  readonly addresses?: readonly string[];
  readonly ports?: readonly { readonly number: number; readonly targetPort?: number }[];
}

/** Endpoints as the resolution can use them. */
function endpointsFor(entry: Entry, resolution: string): readonly object[] {
  const ip = (address: string | undefined) => address !== undefined && /^[0-9a-fA-F:.]+$/.test(address);
  const all = (entry.endpoints ?? []).map((endpoint, i) => {
    const unix = endpoint.address?.startsWith("unix:");
    const fits = resolution === "STATIC" ? ip(endpoint.address) || (unix && (entry.ports?.length ?? 0) < 2) : !unix;
    const fitting = fits ? endpoint : { ...endpoint, address: `192.0.2.${i + 1}` };
    const names = PORT_NAMES.slice(0, entry.ports?.length ?? 0);
    const known = Object.entries(((fitting as Spec)["ports"] ?? {}) as Spec).filter(([name]) => names.includes(name as never));
    if ((fitting as Spec)["ports"] !== undefined && !fitting.address?.startsWith("unix:"))
      return { ...fitting, ports: Object.fromEntries(known) };
    return fitting.address?.startsWith("unix:") ? without(fitting as Spec, "ports") : fitting;
  });
  return resolution === "DNS_ROUND_ROBIN" ? all.slice(0, 1) : all;
}

const NAMED = ["HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTPS", "TLS"];

/** An entry whose host is resolved for each call is a wildcard outside the mesh, of protocols that carry a name. */
function mendDynamic({ ports, hosts, ...rest }: Entry): Entry {
  const named = ports?.map((port) => {
    const { protocol } = port as Spec;
    return { ...port, protocol: NAMED.includes(String(protocol).toUpperCase()) ? protocol : "HTTP" };
  });
  return {
    ...rest,
    ports: named as never,
    location: "MESH_EXTERNAL",
    hosts: (hosts ?? []).map((host) => (isWildcard(host) ? host : `*.${host}`)),
  };
}

/** An entry with endpoints, or with hosts that are resolved themselves. */
function mendResolved(common: Entry, entry: Entry, resolution: string): Entry {
  const found = endpointsFor(entry, resolution);
  const endpoints = found.length > 0 || resolution !== "STATIC" ? found : [{ address: "192.0.2.9" }];
  if (endpoints.length > 0) return { ...common, endpoints };
  const names = entry.hosts?.filter((host) => !isWildcard(host)) ?? [];
  return { ...common, hosts: names.length > 0 ? names : ["api.example.com"] };
}

const BY_NAME = ["HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB", "HTTPS", "TLS"];

export function mendEntry(value: Spec, kept: (name: string) => boolean): unknown {
  const entry = mendResolution(value, kept);
  const { hosts = [], ports = [], resolution } = entry;
  const told = ports.every((port) => BY_NAME.includes(String((port as Spec)["protocol"]).toUpperCase()));
  return resolution === "NONE" || told ? entry : { ...entry, hosts: hosts.slice(0, 1) };
}

function mendResolution(value: Spec, kept: (name: string) => boolean): Entry {
  const entry: Entry = { ...value, ports: portsApart(value["ports"]) as never };
  const wanted = String(entry["resolution"] ?? "NONE");
  const resolution = wanted === "NONE" && (kept("endpoints") || kept("workloadSelector")) ? "STATIC" : wanted;
  const base = without(entry, "endpoints", "workloadSelector");
  if (resolution === "NONE") return { ...base, ports: entry.ports?.map((port) => without(port as unknown as Spec, "targetPort")) as never };
  const named = resolution !== "STATIC" && entry.addresses !== undefined;
  const addresses = named ? { addresses: entry.addresses?.map((address) => address.replace(/\/.*/, "")) } : {};
  const common: Entry = { ...base, resolution, ...addresses };
  if (resolution === "DYNAMIC_DNS") return mendDynamic(common);
  const selects = entry["workloadSelector"] !== undefined && !kept("endpoints") && (kept("workloadSelector") || !entry.endpoints?.length);
  if (!selects) return mendResolved(common, entry, resolution);
  const hosts = resolution === "STATIC" ? entry.hosts : entry.hosts?.map((host) => host.replace(/^\*\./, ""));
  return { ...common, ...(hosts === undefined ? {} : { hosts }), workloadSelector: entry["workloadSelector"] };
}

const WITH_ROUTE = ["rewrite", "fault"] as const;

/** A condition, a rewrite and so on that suit each other. */
export function mendHttp(value: Spec, kept: (name: string) => boolean): unknown {
  const toRoute = value["route"] !== undefined;
  const needsRoute = WITH_ROUTE.some(kept);
  const plain = toRoute || needsRoute ? value : without(value, ...WITH_ROUTE);
  const route =
    toRoute || !needsRoute
      ? plain
      : { ...without(plain, "redirect", "directResponse", "delegate"), route: [{ destination: { host: "orders" } }] };
  const { redirect } = route as { readonly redirect?: Spec };
  return mendRoutes(redirect?.["prefixRewrite"] === undefined ? route : { ...route, match: [{ uri: { prefix: "/old" } }] });
}

/** Some weight among several routes. */
export function mendRoutes(value: Spec): Spec {
  const { route } = value as { readonly route?: readonly { readonly weight?: number }[] };
  const [first, ...others] = route ?? [];
  return others.length > 0 && !route?.some(({ weight }) => weight) ? { ...value, route: [{ ...first, weight: 1 }, ...others] } : value;
}

const isMeshSni = (host: string): boolean => host.startsWith("outbound_");

/** Hosts without those that another one stands for. */
function hostsApart(hosts: readonly string[]): readonly string[] {
  const stands = (one: string, other: string) => one.startsWith("*") && other.toLowerCase().endsWith(one.slice(1).toLowerCase());
  const seen = new Set<string>();
  return hosts
    .filter((host) => !seen.has(host.toLowerCase()) && seen.add(host.toLowerCase()))
    .filter((host, i, all) => !all.some((other, j) => i !== j && stands(other, host)));
}

interface Routes {
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
  readonly tls?: readonly { readonly match?: readonly { readonly sniHosts: readonly string[] }[] }[];
}

/** Server names that are among the hosts. */
export function mendVirtualService(value: Spec): unknown {
  const { hosts: wanted = [], gateways = [], tls } = value as Routes;
  const onMesh = gateways.length === 0 || gateways.includes("mesh");
  const hosts = hostsApart(onMesh ? wanted.filter((host) => !isMeshSni(host)) : wanted);
  const names = hosts.filter((host) => !/^[0-9a-f:.]+$|^\*[^.]/i.test(host));
  const own = names.length > 0 ? names : ["secure.example.net"];
  const matched = tls?.map((rule) => ({
    ...rule,
    match: rule.match?.map((match) => ({ ...match, sniHosts: match.sniHosts.map((_, i) => own[i % own.length]) })),
  }));
  if (tls === undefined) return { ...value, hosts: hosts.length > 0 ? hosts : own };
  return { ...value, tls: matched, hosts: names.length > 0 ? hosts : [...hosts, ...own] };
}

/** Each name once. */
export function once(list: unknown, of: (item: Spec) => unknown): readonly Spec[] | undefined {
  const seen = new Set<unknown>();
  return (list as readonly Spec[] | undefined)?.filter((item) => !seen.has(of(item)) && seen.add(of(item)));
}

export function mendDestinationRule(value: Spec): unknown {
  const subsets = once(value["subsets"], (subset) => subset["name"]);
  const apart = subsets === undefined ? value : { ...value, subsets };
  return value["workloadSelector"] ? { ...apart, exportTo: ["."] } : apart;
}

/** Hosts in an order, and the one port-less listener last. */
export function mendSidecar(value: Spec): unknown {
  const egress = (value["egress"] ?? []) as readonly {
    readonly port?: { readonly number?: number };
    readonly bind?: string;
    readonly captureMode?: string;
  }[];
  const seen = new Set<number | undefined>();
  const apart = egress.filter(({ port }) => !seen.has(port?.number) && seen.add(port?.number));
  const ordered = [
    ...apart.filter(({ port }) => port),
    ...apart.filter(({ port }) => !port).map(({ bind: _, captureMode: __, ...rest }) => rest),
  ];
  const ingress = once(value["ingress"], (listener) => (listener["port"] as Spec)["number"]);
  const policy = value["outboundTrafficPolicy"] as Spec | undefined;
  const proxied = policy?.["egressProxy"] === undefined ? {} : { outboundTrafficPolicy: { ...policy, mode: "ALLOW_ANY" } };
  return {
    ...value,
    ...proxied,
    ...(value["egress"] === undefined ? {} : { egress: ordered }),
    ...(ingress === undefined ? {} : { ingress }),
  };
}

/** Ports are those of chosen workloads. */
export function mendPeerAuthentication(value: Spec): unknown {
  return value["portLevelMtls"] === undefined ? value : { ...value, selector: { matchLabels: { app: "client" } } };
}

export function mendServer(value: Spec): unknown {
  const { port, tls, bind } = value as { readonly port: { readonly protocol: string }; readonly tls?: Spec; readonly bind?: string };
  const placed = bind?.startsWith("unix:") ? { ...port, number: 0 } : port;
  const secure = ["HTTPS", "TLS"].includes(port.protocol.toUpperCase());
  if (tls?.["httpsRedirect"] === true) return { ...value, port: { ...placed, protocol: "HTTP" }, tls: { httpsRedirect: true } };
  if (tls === undefined) return { ...value, port: placed, ...(secure ? { tls: { mode: "PASSTHROUGH" } } : {}) };
  return { ...value, port: secure ? placed : { ...placed, protocol: "HTTPS" }, tls };
}
