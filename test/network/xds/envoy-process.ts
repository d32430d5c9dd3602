import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Identity } from "../../../src/pki/authority-material.ts";

export const ENVOY = process.env.FAIRLEAD_ENVOY ?? join(import.meta.dirname, "../../../.cache/bin/envoy");

export interface EnvoyOptions {
  readonly nodeId: string;
  readonly xdsPort: number;
  readonly serverName: string;
  readonly rootPem: string;
  readonly identity: Identity;
}

/** A real Envoy that asks us for everything by delta ADS over mutual TLS. */
export interface EnvoyProcess {
  admin(path: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startEnvoy(options: EnvoyOptions): Promise<EnvoyProcess> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-envoy-"));
  const addressFile = join(folder, "admin");
  writeFileSync(join(folder, "bootstrap.json"), JSON.stringify(bootstrap(options)), { mode: 0o600 });
  const args = [
    "-c",
    join(folder, "bootstrap.json"),
    "--admin-address-path",
    addressFile,
    "--concurrency",
    "1",
    "--disable-hot-restart",
    "-l",
    "warn",
  ];
  const child = spawn(ENVOY, args, { stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (bytes) => {
    complaints += bytes;
  });
  while (!existsSync(addressFile) || readFileSync(addressFile, "utf8") === "") {
    if (child.exitCode !== null) throw new Error(`Envoy went: ${complaints}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const address = readFileSync(addressFile, "utf8").trim();
  return {
    admin: async (path) => await (await fetch(`http://${address}${path}`)).text(),
    stop: async () => {
      await stop(child);
      rmSync(folder, { recursive: true });
    },
  };
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

function bootstrap({ nodeId, xdsPort, serverName, rootPem, identity }: EnvoyOptions): object {
  const ads = { ads: {}, resource_api_version: "V3" };
  return {
    node: { id: nodeId, cluster: "test" },
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    dynamic_resources: {
      ads_config: { api_type: "DELTA_GRPC", transport_api_version: "V3", grpc_services: [{ envoy_grpc: { cluster_name: "xds" } }] },
      cds_config: ads,
      lds_config: ads,
    },
    static_resources: {
      clusters: [
        {
          name: "xds",
          type: "STATIC",
          connect_timeout: "1s",
          typed_extension_protocol_options: {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
              "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: {
            cluster_name: "xds",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: xdsPort } } } }] }],
          },
          transport_socket: {
            name: "tls",
            typed_config: {
              "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
              sni: serverName,
              common_tls_context: {
                tls_certificates: [
                  { certificate_chain: { inline_string: identity.certPem }, private_key: { inline_string: identity.key.reveal() } },
                ],
                validation_context: { trusted_ca: { inline_string: rootPem } },
              },
            },
          },
        },
      ],
    },
  };
}
