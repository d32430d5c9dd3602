/** One line of Envoy's access log in Istio's default format, as far as the lab reads it. */
export interface AccessLogLine {
  readonly text: string;
  /** `GET /path HTTP/1.1`, or `- - -` for a connection. */
  readonly request: string;
  readonly code: number;
  readonly flags: string;
  readonly authority: string;
  /** Cluster that carried it, `-` when none did. */
  readonly cluster: string;
  /** Address and port the app called. */
  readonly called: string;
  readonly caller: string;
  readonly sni: string;
  readonly route: string;
}

const QUOTED = '"([^"]*)"';
// START_TIME, request, code, flags, … then the five quoted fields of which the last is the upstream host, then six plain ones.
const LINE = new RegExp(
  `^\\[[^\\]]+\\] ${QUOTED} (\\d+) (\\S+) .*${QUOTED} ${QUOTED} ${QUOTED} ${QUOTED} ${QUOTED} (\\S+) \\S+ (\\S+) (\\S+) (\\S+) (\\S+)$`,
);

/** The access-log lines among what a proxy printed. */
export function readAccessLog(log: string): readonly AccessLogLine[] {
  return log.split("\n").flatMap((text) => {
    const found = LINE.exec(text);
    if (!found) return [];
    const [, request = "", code = "0", flags = "", , , , authority = "", , cluster = "", called = "", caller = "", sni = "", route = ""] =
      found;
    return [{ text, request, code: Number(code), flags, authority, cluster, called, caller, sni, route }];
  });
}
