import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

const ENVOY = process.env["FAIRLEAD_ENVOY"] ?? ".cache/bin/envoy";
const TYPE = "type.googleapis.com/envoy";

/** Routes that add one header with a value; Envoy asks for each by itself, and so judges each by itself. */
function routes(name: string, value: string): object {
  const header = { header: { key: "x-a", value } };
  const route = { match: { prefix: "/" }, direct_response: { status: 200 }, request_headers_to_add: [header] };
  const hosts = [{ name: "all", domains: ["*"], routes: [route] }];
  return { "@type": `${TYPE}.config.route.v3.RouteConfiguration`, name, virtual_hosts: hosts };
}

function startServer(socketPath: string, values: ReadonlyMap<string, string>): Server {
  const server = createServer(async (request, response) => {
    const { resource_names: names } = JSON.parse(await text(request)) as { readonly resource_names: readonly string[] };
    response.end(JSON.stringify({ version_info: "1", resources: names.map((name) => routes(name, values.get(name) ?? "")) }));
  });
  return server.listen(socketPath);
}

function manager(name: string): object {
  // A busy machine may take long to answer so many at once.
  const times = { refresh_delay: "3600s", request_timeout: "60s" };
  const api = { api_type: "REST", transport_api_version: "V3", cluster_names: ["routes"], ...times };
  const router = { name: "router", typed_config: { "@type": `${TYPE}.extensions.filters.http.router.v3.Router` } };
  const rds = { route_config_name: name, config_source: { resource_api_version: "V3", api_config_source: api } };
  return {
    name: "manager",
    typed_config: {
      "@type": `${TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      ...{ stat_prefix: name, rds, http_filters: [router] },
    },
  };
}

function bootstrap(file: (name: string) => string, names: readonly string[]): object {
  const chains = names.map((name, i) => ({ filter_chain_match: { destination_port: i + 1 }, filters: [manager(name)] }));
  const endpoint = { endpoint: { address: { pipe: { path: file("routes") } } } };
  return {
    node: { id: "test", cluster: "test" },
    admin: { address: { pipe: { path: file("admin") } } },
    static_resources: {
      listeners: [{ name: "all", address: { pipe: { path: file("listener") } }, filter_chains: chains }],
      clusters: [{ name: "routes", load_assignment: { cluster_name: "routes", endpoints: [{ lb_endpoints: [endpoint] }] } }],
    },
  };
}

function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path, headers: { host: "admin" } }, (response) => resolve(text(response))).on("error", reject);
  });
}

const COUNT = /http\.(r\d+)\.rds\.r\d+\.update_(success|rejected): [1-9]/g;

/** What has been said of each route, once all have been judged. */
async function verdicts(child: ChildProcess, adminSocket: string, wanted: number): Promise<ReadonlyMap<string, boolean>> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("Envoy ended");
    const stats = await ask(adminSocket, "/stats?filter=rds").catch(() => "");
    const found = new Map([...stats.matchAll(COUNT)].map(([, name = "", verdict]) => [name, verdict === "success"]));
    if (found.size === wanted) return found;
    await sleep(20);
  }
}

/** Those of the values that the real Envoy takes for a header that a route adds. */
export async function takenByEnvoy(values: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-headers-"));
  const file = (name: string): string => join(folder, name);
  const named = new Map(values.map((value, i) => [`r${i}`, value]));
  writeFileSync(file("bootstrap.json"), JSON.stringify(bootstrap(file, [...named.keys()])));
  const server = startServer(file("routes"), named);
  const child = spawn(ENVOY, ["-c", file("bootstrap.json"), "-l", "off", "--concurrency", "1", "--use-dynamic-base-id"], {
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  try {
    const found = await verdicts(child, file("admin"), named.size);
    return values.filter((_, i) => found.get(`r${i}`));
  } finally {
    child.kill("SIGKILL");
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
}
