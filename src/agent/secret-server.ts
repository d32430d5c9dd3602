import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { type DiscoveryRequest, DiscoveryRequestSchema, DiscoveryResponseSchema } from "../gen/envoy/service/discovery/v3/discovery_pb.ts";
import { bodyOf } from "../rpc/delta-encoding.ts";
import type { BidiMethod } from "../rpc/grpc-server.ts";
import type { EncodedResource } from "../rpc/resource.ts";
import type { RpcStream } from "../rpc/rpc-stream.ts";
import type { AgentLog } from "./agent-log.ts";

/** Serves certificate and authorities to Envoy, and tells every open stream when they change. */
export interface SecretServer {
  /** `envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets`: one stream a secret, whole state each time. */
  readonly method: BidiMethod;
  changed(): void;
}

interface SecretStream {
  readonly stream: RpcStream;
  typeUrl: string;
  names: readonly string[];
  /** What was sent last, so that the same is not sent again. */
  sent: string;
  nonce: number;
}

/** `get` answers undefined while there is none yet: Envoy then waits. */
export function createSecretServer(get: (name: string) => EncodedResource | undefined, log: AgentLog): SecretServer {
  const streams = new Set<SecretStream>();
  return {
    method: {
      kind: "bidi",
      handle: (stream) => {
        const open: SecretStream = { stream, typeUrl: "", names: [], sent: "", nonce: 0 };
        streams.add(open);
        return {
          message: (bytes) => take(open, bytes, get, log),
          closed: () => void streams.delete(open),
        };
      },
    },
    changed: () => {
      for (const open of streams) push(open, get);
    },
  };
}

type Get = (name: string) => EncodedResource | undefined;

function take(open: SecretStream, bytes: Uint8Array, get: Get, log: AgentLog): void {
  const request = readable(bytes);
  if (request === undefined) {
    open.stream.end({ code: "invalid-argument", message: "no DiscoveryRequest" });
    return;
  }
  if (request.errorDetail) {
    log.warn({ names: request.resourceNames, reason: request.errorDetail.message }, "Envoy refused a certificate");
  }
  open.typeUrl = request.typeUrl;
  if (open.names.join() !== request.resourceNames.join()) {
    open.names = request.resourceNames;
    open.sent = "";
  }
  push(open, get);
}

function readable(bytes: Uint8Array): DiscoveryRequest | undefined {
  try {
    return fromBinary(DiscoveryRequestSchema, bytes);
  } catch {
    return undefined;
  }
}

function push(open: SecretStream, get: Get): void {
  const secrets = open.names.map(get).filter((secret) => secret !== undefined);
  const version = secrets.map((secret) => secret.version).join(" ");
  if (version === "" || version === open.sent) return;
  open.sent = version;
  const resources = secrets.map(bodyOf).map(({ typeUrl, body }) => create(AnySchema, { typeUrl, value: body }));
  const response = create(DiscoveryResponseSchema, {
    versionInfo: version,
    resources,
    typeUrl: open.typeUrl,
    nonce: String(++open.nonce),
  });
  open.stream.send(toBinary(DiscoveryResponseSchema, response));
}
