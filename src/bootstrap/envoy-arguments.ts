/** What of Envoy's command line differs from pod to pod. */
export interface EnvoyArguments {
  readonly configFile: string;
  /** Seconds that connections get when their listener goes away. */
  readonly drainSeconds: number;
  readonly ipv6Only: boolean;
  readonly logLevel: string;
  /** As `misc:error,upstream:debug`; empty for none. */
  readonly componentLogLevel: string;
  /** Worker threads; undefined for one a CPU. */
  readonly concurrency: number | undefined;
}

export function envoyArguments(input: EnvoyArguments): readonly string[] {
  return [
    "-c",
    input.configFile,
    "--drain-time-s",
    String(input.drainSeconds),
    "--drain-strategy",
    "immediate",
    "--local-address-ip-version",
    input.ipv6Only ? "v6" : "v4",
    "--file-flush-interval-msec",
    "1000",
    "--disable-hot-restart",
    "--allow-unknown-static-fields",
    "-l",
    input.logLevel,
    ...(input.componentLogLevel === "" ? [] : ["--component-log-level", input.componentLogLevel]),
    "--skip-deprecated-logs",
    ...(input.concurrency === undefined ? [] : ["--concurrency", String(input.concurrency)]),
  ];
}
