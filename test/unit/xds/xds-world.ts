import type { StoredObject } from "../../../src/api/object.ts";
import type { TokenReviewer } from "../../../src/api/store.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { type Authority, loadAuthority } from "../../../src/pki/authority.ts";
import type { AuthorityMaterial, Identity } from "../../../src/pki/authority-material.ts";
import { createRoot } from "../../../src/pki/create-root.ts";
import { createCertificateRequest } from "../../../src/pki/csr.ts";
import type { Rejection } from "../../../src/rpc/delta-session.ts";
import { connect, type GrpcClient } from "../../../src/rpc/grpc-client.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { createMetrics, type Metrics } from "../../../src/telemetry/metrics.ts";
import type { Workload } from "../../../src/xds/identify.ts";
import { startServingTls } from "../../../src/xds/serving-tls.ts";
import { startXdsServer, type XdsServer } from "../../../src/xds/xds-server.ts";
import { type ScriptedPublisher, scriptedPublisher } from "./scripted-publisher.ts";

export const SERVER_NAME = "fairlead.istio-system.svc";
const HOUR = 3600_000;

export function pod(namespace: string, name: string, serviceAccountName: string, labels: Record<string, string> = {}): StoredObject<"Pod"> {
  return { kind: "Pod", metadata: { name, namespace, labels, annotations: {} }, spec: { serviceAccountName } };
}

export async function authorityOf(trustDomain: string, root?: AuthorityMaterial): Promise<Authority> {
  const now = Date.now();
  const material = root ?? (await createRoot({ trustDomain, now }));
  const loaded = await loadAuthority({ material, trustDomain, alsoTrusted: [] }, now);
  if (!loaded.ok) throw new Error(loaded.error);
  return loaded.value;
}

export async function workload(authority: Authority, namespace: string, serviceAccount: string, lifeMs = HOUR): Promise<Identity> {
  const { csrPem, key } = await createCertificateRequest();
  const issued = await authority.signWorkload(csrPem, { namespace, serviceAccount }, { now: Date.now(), lifeMs });
  if (!issued.ok) throw new Error(issued.error);
  return { certPem: issued.value.chain.join(""), key };
}

export interface XdsWorld {
  /** The one that runs now. */
  readonly server: XdsServer;
  /** Stops the server and starts another, with new metrics, on the same port. */
  restart(): Promise<void>;
  readonly publisher: ScriptedPublisher;
  readonly authority: Authority;
  /** What the authority signs with. */
  readonly root: AuthorityMaterial;
  readonly pods: Map<string, Workload>;
  readonly rejections: Rejection[];
  /** Messages of the log with their fields. */
  readonly logged: { readonly msg: string; readonly [field: string]: unknown }[];
  metrics(): Promise<string>;
  client(identity?: Identity, rootPem?: string): GrpcClient;
  stop(): Promise<void>;
}

/** The real server over real TLS; scripted are only the world it publishes and who reviews tokens. */
export async function xdsWorld(reviewer: TokenReviewer = nobody): Promise<XdsWorld> {
  const root = await createRoot({ trustDomain: "cluster.local", now: Date.now() });
  const authority = await authorityOf("cluster.local", root);
  const [publisher, pods, rejections, logged] = [
    scriptedPublisher(),
    new Map<string, Workload>(),
    [] as Rejection[],
    [] as XdsWorld["logged"],
  ];
  const destination = {
    write: (line: string) => {
      logged.push(JSON.parse(line));
    },
  };
  const log = createLogger({ name: "test", destination });
  const tls = await startServingTls({ authority: () => authority, dnsNames: [SERVER_NAME], clock: systemClock, log });
  const start = (port: number, metrics: Metrics) =>
    startXdsServer({
      listen: { host: "127.0.0.1", port },
      tls: tls.source,
      publisher,
      authority: () => authority,
      reviewer,
      lookup: (namespace, name) => pods.get(`${namespace}/${name}`),
      clock: systemClock,
      log,
      metrics,
      onRejected: (_, rejection) => void rejections.push(rejection),
    });
  let metrics = createMetrics({ version: "test" });
  let server = await start(0, metrics);
  const restart = async () => {
    await server.stop();
    metrics = createMetrics({ version: "test" });
    server = await start(server.port, metrics);
  };
  const clients: GrpcClient[] = [];
  const client = (identity?: Identity, rootPem = authority.trustBundle(Date.now())) => {
    const tlsOptions = { rootPem, serverName: SERVER_NAME, ...(identity && { identity }) };
    const made = connect({ target: `127.0.0.1:${server.port}`, clock: systemClock, tls: tlsOptions });
    clients.push(made);
    return made;
  };
  const stop = async () => {
    for (const made of clients) made.close();
    tls.stop();
    await server.stop();
  };
  return {
    get server() {
      return server;
    },
    restart,
    publisher,
    authority,
    root,
    pods,
    rejections,
    logged,
    metrics: () => metrics.text(),
    client,
    stop,
  };
}

const nobody: TokenReviewer = { review: async () => ({ ok: false, error: "unknown token" }) };
