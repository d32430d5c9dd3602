import { Agent, type Dispatcher, request } from "undici";
import type { ApiAccess, Credentials } from "./api-access.ts";
import { ApiError } from "./api-error.ts";

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `/api/v1/namespaces/x/pods/y`; segments are encoded by the caller. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** More headers, or others than usual, such as `accept`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * The API server over HTTP: JSON in, JSON out. Throws {@link ApiError} for an answer that is no success, and what
 * the socket threw for no answer at all. It does not retry: who asks knows whether to.
 */
export interface ApiClient {
  json<T>(request: ApiRequest): Promise<T>;
  /** A body without end, by chunks. Ends with an error when nothing came for `stallMs`. */
  stream(request: ApiRequest, stallMs: number): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 30_000;

export function createApiClient(access: ApiAccess): ApiClient {
  const pool = createPool();
  const send = async (wanted: ApiRequest, bodyTimeout: number): Promise<Dispatcher.ResponseData> => {
    const credentials = await access.current();
    const response = await request(address(credentials, wanted), {
      dispatcher: pool.agentFor(credentials),
      method: wanted.method ?? "GET",
      headers: headersOf(credentials, wanted),
      headersTimeout: ANSWER_WITHIN_MS,
      bodyTimeout,
      ...(wanted.body !== undefined && { body: JSON.stringify(wanted.body) }),
      ...(wanted.signal && { signal: wanted.signal }),
    });
    if (response.statusCode >= 300) throw await errorOf(response);
    return response;
  };
  return {
    json: async <T>(wanted: ApiRequest) => (await (await send(wanted, ANSWER_WITHIN_MS)).body.json()) as T,
    stream: async (wanted, stallMs) => (await send(wanted, stallMs)).body,
    close: () => pool.close(),
  };
}

function address(credentials: Credentials, wanted: ApiRequest): string {
  const query = new URLSearchParams(wanted.query).toString();
  return `${credentials.server}${wanted.path}${query === "" ? "" : `?${query}`}`;
}

function headersOf(credentials: Credentials, wanted: ApiRequest): Record<string, string> {
  return {
    accept: "application/json",
    "user-agent": "fairlead",
    ...(wanted.body !== undefined && { "content-type": wanted.contentType ?? "application/json" }),
    ...wanted.headers,
    ...(credentials.authorization && { authorization: credentials.authorization }),
  };
}

async function errorOf(response: Dispatcher.ResponseData): Promise<ApiError> {
  const text = await response.body.text();
  const after = Number(response.headers["retry-after"]);
  let status: { reason?: string; message?: string } = { message: text.slice(0, 200) };
  try {
    status = JSON.parse(text);
  } catch {
    // A proxy's page, not a Status: its first characters must do.
  }
  return new ApiError(response.statusCode, status, Number.isFinite(after) ? after : undefined);
}

interface Pool {
  agentFor(credentials: Credentials): Agent;
  close(): Promise<void>;
}

/** One agent as long as the TLS material stays the same; the one before it serves its open streams to their end. */
function createPool(): Pool {
  let current: { readonly tls: string; readonly agent: Agent } | undefined;
  return {
    agentFor: (credentials) => {
      const { ca, cert, key, insecure, serverName } = credentials;
      const tls = JSON.stringify([credentials.server, ca, cert, key, insecure, serverName]);
      if (current?.tls !== tls) {
        void current?.agent.close();
        current = { tls, agent: createAgent(credentials) };
      }
      return current.agent;
    },
    close: async () => {
      await current?.agent.destroy();
      current = undefined;
    },
  };
}

function createAgent({ ca, cert, key, insecure, serverName }: Credentials): Agent {
  return new Agent({
    allowH2: false, // one slow watch must not hold up the others on a shared connection
    connect: {
      timeout: 10_000,
      rejectUnauthorized: insecure !== true,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(serverName && { servername: serverName }),
    },
  });
}
