import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

/** GET handlers by path. */
export type HttpRoutes = Readonly<Record<string, (query: URLSearchParams) => HttpAnswer | Promise<HttpAnswer>>>;

export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export function jsonAnswer(value: unknown, status = 200): HttpAnswer {
  return { status, contentType: "application/json", body: json(value) };
}

async function answer(routes: HttpRoutes, method: string | undefined, url: URL): Promise<HttpAnswer> {
  const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined;
  if (route === undefined) {
    return jsonAnswer({ error: `nothing at ${url.pathname}`, paths: Object.keys(routes) }, 404);
  }
  return method === "GET" || method === "HEAD" ? route(url.searchParams) : jsonAnswer({ error: "only GET" }, 405);
}

/** A small server for health, metrics and debugging; plain HTTP. `port` 0 takes a free one. */
export async function serveRoutes(at: { readonly address: string; readonly port: number }, routes: HttpRoutes): Promise<HttpServer> {
  const server = createServer((request, response) => {
    void answer(routes, request.method, new URL(request.url ?? "/", "http://localhost"))
      .catch((error: unknown) => jsonAnswer({ error: String(error) }, 500))
      .then(({ status, contentType, body }) => {
        response.writeHead(status, { "content-type": contentType ?? "text/plain; charset=utf-8" }).end(body);
      });
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
