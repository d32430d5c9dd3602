import type { ScrapeTarget } from "../base/scrape-targets.ts";
import type { StatsInclusion } from "../bootstrap/bootstrap-input.ts";
import type { NodeDescription } from "../bootstrap/node-description.ts";
import type { ProxyPorts } from "../bootstrap/proxy-ports.ts";
import type { Family } from "../iptables/iptables-options.ts";
import type { SpiffeId } from "../pki/spiffe-id.ts";

/** Files and sockets of one agent. */
export interface AgentPaths {
  /** Folder of the bootstrap, the configuration socket and the identity; in memory, in a pod. */
  readonly config: string;
  /** Folder of the configuration store. */
  readonly data: string;
  readonly xdsSocket: string;
  readonly sdsSocket: string;
  /** Who may sign the controller's certificate and those of peers. */
  readonly rootCert: string;
  /** The service account's token; read at every use, as the kubelet replaces it. */
  readonly token: string;
  readonly envoy: string;
}

/** How Envoy is started. */
export interface EnvoyOptions {
  readonly logLevel: string;
  readonly componentLogLevel: string;
  readonly concurrency: number | undefined;
  readonly drainSeconds: number;
  readonly ipv6Only: boolean;
  readonly stats: StatsInclusion;
  readonly runtime: Readonly<Record<string, string>>;
}

/** How the pod's end is carried out. */
export interface TerminationOptions {
  /** Milliseconds that connections get after listeners began to drain. */
  readonly drainMs: number;
  /** Wait for the last connection instead, without limit (the kubelet has one). */
  readonly untilIdle: boolean;
  /** Milliseconds before the first look at connections, when waiting for the last. */
  readonly minimumMs: number;
  /** Go on until the app has gone: for a sidecar that is told to end together with it. */
  readonly afterApp: boolean;
  /** End when the app has ended by itself: for an ordinary sidecar of a Job. */
  readonly withApp: boolean;
}

/** One rewritten probe or hook: which of the app's handlers it stands for. Ports are numbers already. */
export interface AppProbe {
  readonly httpGet?: HttpProbe;
  readonly tcpSocket?: { readonly port: number; readonly host?: string };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly timeoutSeconds?: number;
}

export interface HttpProbe {
  readonly path?: string;
  readonly port: number;
  readonly host?: string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

/** What the agent does for the app's containers. */
export interface AppOptions {
  /** By path, as `/app-health/CONTAINER/readyz`. */
  readonly probes: Readonly<Record<string, AppProbe>>;
  /** Where the agent itself answers: its own port, and where the kubelet asks if that is elsewhere. Nothing that it asks for leads there. */
  readonly agentPorts: readonly number[];
  /** Where the app listens: the pod's address, as the kubelet would ask. */
  readonly host: string;
  /** Where the app's containers have their own metrics, which are merged into ours in this order. */
  readonly metrics: readonly ScrapeTarget[];
}

/** All that one agent depends on; no piece of it reads the environment. */
export interface AgentOptions {
  readonly role: "sidecar" | "router";
  readonly node: NodeDescription;
  readonly identity: SpiffeId;
  /** `host:port` */
  readonly discoveryAddress: string;
  /** `host:port` */
  readonly caAddress: string;
  /** Life asked for, in seconds; the authority may give less. */
  readonly certificateSeconds: number;
  readonly ports: ProxyPorts;
  readonly paths: AgentPaths;
  readonly envoy: EnvoyOptions;
  readonly termination: TerminationOptions;
  readonly app: AppOptions;
  /** Families whose calls must be proven to be captured before the pod is ready. */
  readonly capture: readonly Family[];
  /** Servers that captured DNS queries are passed on to, where the agent knows no answer; absent where none are captured. */
  readonly dnsServers?: readonly string[];
  readonly logLevel: string;
}
