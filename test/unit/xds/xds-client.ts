import { type DecodedDeltaResponse, decodeDeltaResponse } from "../../../src/rpc/delta-encoding.ts";
import { type DeltaRequest, encodeDeltaRequest } from "../../../src/rpc/delta-request.ts";
import type { RpcFailure } from "../../../src/rpc/failure.ts";
import type { GrpcClient } from "../../../src/rpc/grpc-client.ts";
import { DELTA_ADS } from "../../../src/xds/ads-service.ts";

/** A stream whose answers are waited for one by one. */
export interface XdsClient {
  ask(request: Partial<DeltaRequest> & Pick<DeltaRequest, "typeUrl">): void;
  /** Bytes as they are. */
  say(bytes: Uint8Array): void;
  /** The next response; rejects when the stream ends instead. */
  hear(): Promise<DecodedDeltaResponse>;
  /** How the stream ended. */
  readonly ended: Promise<RpcFailure | undefined>;
  /** Responses that nobody has heard yet. */
  waiting(): number;
}

export function xdsClient(client: GrpcClient, path: string = DELTA_ADS): XdsClient {
  const heard: DecodedDeltaResponse[] = [];
  const end = Promise.withResolvers<RpcFailure | undefined>();
  let wake = Promise.withResolvers<void>();
  const stream = client.bidi(path, {}, () => ({
    message: (bytes) => {
      heard.push(decodeDeltaResponse(bytes));
      wake.resolve();
    },
    closed: end.resolve,
  }));
  const hear = async (): Promise<DecodedDeltaResponse> => {
    for (;;) {
      const next = heard.shift();
      if (next) return next;
      wake = Promise.withResolvers();
      const ended = await Promise.race([wake.promise, end.promise.then((failure) => ({ failure }))]);
      if (ended && heard.length === 0) throw new Error(`the stream ended: ${JSON.stringify(ended.failure)}`);
    }
  };
  const { send: say } = stream;
  return {
    ask: (request) => say(encodeDeltaRequest(request)),
    say: (bytes) => say(bytes),
    hear,
    ended: end.promise,
    waiting: () => heard.length,
  };
}
