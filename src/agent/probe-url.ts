/** Where one request of a probe goes. */
export interface ProbePlace {
  readonly secure: boolean;
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** Path and query, as they go out. */
  readonly path: string;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** All that may stand in a request's target (RFC 3986); a percent sign only before two hexadecimal digits. */
const UNBEARABLE = /%(?![0-9A-Fa-f]{2})|[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu;

/** Whether Go's client, which is the kubelet's, follows where such an answer leads. */
export const isRedirect = (status: number): boolean => REDIRECTS.has(status);

/** A path as it was written: two that a browser takes for the same are two to an app. Only what may not stand there is escaped. */
export function requestPath(written: string): string {
  const [sent = ""] = written.split("#", 1);
  const path = sent.toWellFormed().replace(UNBEARABLE, (part) => (part === "%" ? "%25" : encodeURIComponent(part)));
  return path.startsWith("/") ? path : `/${path}`;
}

/** As it stands in a URL. */
export function originOf({ secure, host, port }: ProbePlace): string {
  return `${secure ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Where a redirect leads; undefined where that cannot be read. */
export function redirectOf(location: string, from: ProbePlace): URL | undefined {
  return URL.parse(location, `${originOf(from)}${from.path}`) ?? undefined;
}

/** Undefined where it is no address of the web. */
export function placeOf(url: URL): ProbePlace | undefined {
  const secure = url.protocol === "https:";
  if (!secure && url.protocol !== "http:") return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { secure, host, port: Number(url.port || (secure ? 443 : 80)), path: requestPath(`${url.pathname}${url.search}`) };
}

/** Whether a Location names the whole address, not a path of the same place. */
export const isAbsolute = (location: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(location);
