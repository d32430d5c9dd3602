import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

export type HttpHandler = (query: URLSearchParams) => HttpAnswer | Promise<HttpAnswer>;

/** GET handlers by path. */
export type HttpRoutes = Readonly<Record<string, HttpHandler>>;

export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Paths that show what users configured: only who is on this machine may ask. */
const LOCAL = "/debug/";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export function jsonAnswer(value: unknown, status = 200): HttpAnswer {
  return { status, contentType: "application/json", body: json(value) };
}

/** IPv4 callers of a socket that serves both families come as `::ffff:127.0.0.1`. */
function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/i.test(address);
}

function notLocal(path: string, port: number): HttpAnswer {
  const instead = `kubectl port-forward -n istio-system deployment/fairlead ${port}, then ask http://127.0.0.1:${port}${path}`;
  return jsonAnswer({ error: `${path} is answered on loopback only; from elsewhere: ${instead}` }, 403);
}

async function answer(routes: HttpRoutes, { method, url: target, socket }: IncomingMessage): Promise<HttpAnswer> {
  const url = target?.startsWith("/") ? URL.parse(`http://localhost${target}`) : null;
  if (url === null) {
    return jsonAnswer({ error: "the request's target is not a path; try /metrics" }, 400);
  }
  const { pathname } = url;
  if (pathname.startsWith(LOCAL) && !isLoopback(socket.remoteAddress)) {
    return notLocal(pathname, socket.localPort ?? 0);
  }
  const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
  if (route === undefined) {
    return jsonAnswer({ error: `nothing at ${pathname}`, paths: Object.keys(routes) }, 404);
  }
  return method === "GET" || method === "HEAD" ? route(url.searchParams) : jsonAnswer({ error: "only GET" }, 405);
}

/** A small server for health, metrics and debugging; plain HTTP. `port` 0 takes a free one; rejects where the port is taken. */
export async function serveRoutes(at: { readonly address: string; readonly port: number }, routes: HttpRoutes): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(routes, request)
      .catch((error: unknown) => jsonAnswer({ error: String(error) }, 500))
      .then(({ status, contentType, body }) => {
        response.writeHead(status, { "content-type": contentType ?? "text/plain; charset=utf-8" }).end(body);
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
