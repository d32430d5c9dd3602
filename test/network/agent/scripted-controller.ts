import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { systemClock } from "../../../src/base/clock.ts";
import { ok } from "../../../src/base/result.ts";
import { IstioCertificateRequestSchema, IstioCertificateResponseSchema } from "../../../src/gen/istio/v1/auth/ca_pb.ts";
import { type Authority, loadAuthority } from "../../../src/pki/authority.ts";
import type { AuthorityMaterial } from "../../../src/pki/authority-material.ts";
import { createAdsSession } from "../../../src/rpc/ads-session.ts";
import { encodeDeltaResponse } from "../../../src/rpc/delta-encoding.ts";
import { type DeltaRequest, decodeDeltaRequest } from "../../../src/rpc/delta-request.ts";
import { type GrpcServer, type Method, startGrpcServer } from "../../../src/rpc/grpc-server.ts";
import type { EncodedResource, ResourceType } from "../../../src/rpc/resource.ts";
import { createTlsSource } from "../../../src/rpc/tls-source.ts";

/** A controller over real gRPC and TLS that says what a test tells it to, and remembers what it was asked. */
export interface ScriptedController {
  readonly port: number;
  /** Requests of all streams, in order of arrival. */
  readonly requests: readonly DeltaRequest[];
  /** Certificates issued so far. */
  issued(): number;
  /** Streams open now. */
  streams(): number;
  set(type: ResourceType, resource: EncodedResource): void;
  remove(type: ResourceType, name: string): void;
  stop(): Promise<void>;
}

export interface ScriptedControllerOptions {
  readonly material: AuthorityMaterial;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Life of the certificates it issues. */
  readonly certificateMs: number;
  readonly resources: ReadonlyMap<ResourceType, Map<string, EncodedResource>>;
}

const ADS = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
const CA = "/istio.v1.auth.IstioCertificateService/CreateCertificate";

interface Stream {
  changed(type: ResourceType, name: string): void;
}

export async function startScriptedController(options: ScriptedControllerOptions): Promise<ScriptedController> {
  const loaded = await loadAuthority({ material: options.material, trustDomain: "cluster.local", alsoTrusted: [] }, Date.now());
  if (!loaded.ok) throw new Error(loaded.error);
  const authority = loaded.value;
  const own = await authority.issueServer(["fairlead.istio-system.svc"], { now: Date.now(), lifeMs: 3_600_000 });
  const requests: DeltaRequest[] = [];
  const streams = new Set<Stream>();
  const count = { issued: 0 };
  const server: GrpcServer = await startGrpcServer({
    listen: { host: "127.0.0.1", port: options.port },
    tls: createTlsSource({ certPem: own.certPem, key: own.key, rootPem: options.material.certPem }),
    methods: {
      [CA]: certificates(authority, options.certificateMs, count),
      [ADS]: discovery(options.resources, requests, streams),
    },
    clock: systemClock,
  });
  const tell = (type: ResourceType, name: string): void => {
    for (const stream of streams) stream.changed(type, name);
  };
  return {
    port: server.port,
    requests,
    issued: () => count.issued,
    streams: () => streams.size,
    set: (type, resource) => {
      options.resources.get(type)?.set(resource.name, resource);
      tell(type, resource.name);
    },
    remove: (type, name) => {
      options.resources.get(type)?.delete(name);
      tell(type, name);
    },
    stop: () => server.stop(0),
  };
}

function certificates(authority: Authority, lifeMs: number, count: { issued: number }): Method {
  return {
    kind: "unary",
    handle: async (bytes, context) => {
      if (context.metadata["authorization"] !== "Bearer the-token") throw new Error("no token");
      const { csr } = fromBinary(IstioCertificateRequestSchema, bytes);
      const signed = await authority.signWorkload(csr, { namespace: "entry", serviceAccount: "client" }, { now: Date.now(), lifeMs });
      if (!signed.ok) throw new Error(signed.error);
      count.issued++;
      return ok(toBinary(IstioCertificateResponseSchema, create(IstioCertificateResponseSchema, { certChain: [...signed.value.chain] })));
    },
  };
}

function discovery(
  resources: ReadonlyMap<ResourceType, ReadonlyMap<string, EncodedResource>>,
  requests: DeltaRequest[],
  streams: Set<Stream>,
): Method {
  return {
    kind: "bidi",
    handle: (stream, context) => {
      if (context.peer === undefined) throw new Error("a stream without a certificate");
      const session = createAdsSession({
        names: (type) => resources.get(type)?.keys() ?? [],
        get: (type, name) => resources.get(type)?.get(name),
      });
      const pump = (): void => {
        for (let next = session.next(); next !== undefined; next = session.next()) stream.send(encodeDeltaResponse(next));
      };
      const open: Stream = {
        changed: (type, name) => {
          session.changed(new Map([[type, [name]]]));
          pump();
        },
      };
      streams.add(open);
      return {
        message: (bytes) => {
          const request = decodeDeltaRequest(bytes);
          requests.push(request);
          session.request(request);
          pump();
        },
        closed: () => void streams.delete(open),
      };
    },
  };
}
