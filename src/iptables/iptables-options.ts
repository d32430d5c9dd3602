/** Which family of addresses a rule set is for. */
export type Family = "v4" | "v6";

/** What the redirection of one pod captures and leaves alone. Names in comments are the flags of `istio-iptables`. */
export interface IptablesOptions {
  /** `-p`: where Envoy takes outbound connections. */
  readonly outboundPort: number;
  /** `-z`: where Envoy takes inbound connections. */
  readonly inboundPort: number;
  /** `-e`: the tunnel port, never captured. */
  readonly tunnelPort: number;
  /** `-u`: users whose own connections are not captured. */
  readonly proxyUids: readonly string[];
  /** `-g`: groups whose own connections are not captured. */
  readonly proxyGids: readonly string[];
  /** `-m` */
  readonly mode: "REDIRECT" | "TPROXY";
  /** `-t` */
  readonly tproxyMark: number;
  /** `-r` */
  readonly tproxyRouteTable: number;
  /** `-b`: `["*"]` for all, empty for none. */
  readonly inboundPortsInclude: readonly string[];
  /** `-d`: looked at only where all inbound ports are included. */
  readonly inboundPortsExclude: readonly string[];
  /** `-i`: CIDRs, `["*"]` for all, empty for none. */
  readonly outboundRangesInclude: readonly string[];
  /** `-x` */
  readonly outboundRangesExclude: readonly string[];
  /** `-q`: captured whatever the address, `["*"]` for all. (The reference's injector takes the star, its rules fail of it.) */
  readonly outboundPortsInclude: readonly string[];
  /** `-o` */
  readonly outboundPortsExclude: readonly string[];
  /** `-k`: interfaces whose inbound traffic is outbound traffic of a virtual machine. */
  readonly virtualInterfaces: readonly string[];
  /** `-c`: interfaces left alone in both directions. */
  readonly excludeInterfaces: readonly string[];
  readonly redirectDns: boolean;
  /** Every query to port 53, not only those to the servers of resolv.conf. */
  readonly captureAllDns: boolean;
  readonly dropInvalid: boolean;
  readonly dualStack: boolean;
}
