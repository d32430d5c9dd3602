/** Where and how calls are logged, as the mesh configuration says. */
export interface AccessLogSettings {
  /** `accessLogFile`. */
  readonly path: string;
  /** `accessLogFormat`; absent or empty: Istio's default line. */
  readonly format?: string;
  /** `accessLogEncoding`. */
  readonly encoding?: "TEXT" | "JSON";
}

/** What all listeners of one proxy have in common. */
export interface ListenerSettings {
  /** Absent: calls are not logged. */
  readonly accessLog?: AccessLogSettings;
  /** The proxy has an IPv6 address: listeners get an IPv6 twin. (Envoy refuses such a listener on a machine without IPv6.) */
  readonly ipv6: boolean;
  /** `protocolDetectionTimeout` of the mesh configuration, in Go's syntax; absent: chosen by the listener. */
  readonly protocolDetectionTimeout?: string;
}

export type OutboundPolicy = "ALLOW_ANY" | "REGISTRY_ONLY";
