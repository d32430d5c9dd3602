/** What a request to the API server needs at this moment. Asked before every request, so that a rotated token or CA is taken up. */
export interface ApiAccess {
  current(): Promise<Credentials>;
}

export interface Credentials {
  /** `https://10.96.0.1:443`, without a slash at the end. */
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
  readonly serverName?: string;
  /** Whole value of the Authorization header. */
  readonly authorization?: string;
}
