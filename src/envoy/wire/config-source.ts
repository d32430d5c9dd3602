import { create } from "@bufbuild/protobuf";
import {
  ApiConfigSource_ApiType,
  ApiVersion,
  type ConfigSource,
  ConfigSourceSchema,
} from "../../gen/envoy/config/core/v3/config_source_pb.ts";

/** Without limit: what depends on a resource waits until it comes. */
const NO_LIMIT = {};

/** From the control plane, over the one aggregated stream. */
export function adsSource(): ConfigSource {
  return create(ConfigSourceSchema, {
    configSourceSpecifier: { case: "ads", value: {} },
    initialFetchTimeout: NO_LIMIT,
    resourceApiVersion: ApiVersion.V3,
  });
}

/** From the agent beside Envoy, which holds the workload's key; `sds-grpc` is in the bootstrap. */
export function agentSource(): ConfigSource {
  return create(ConfigSourceSchema, {
    configSourceSpecifier: {
      case: "apiConfigSource",
      value: {
        apiType: ApiConfigSource_ApiType.GRPC,
        transportApiVersion: ApiVersion.V3,
        setNodeOnFirstMessageOnly: true,
        grpcServices: [{ targetSpecifier: { case: "envoyGrpc", value: { clusterName: "sds-grpc" } } }],
      },
    },
    initialFetchTimeout: NO_LIMIT,
    resourceApiVersion: ApiVersion.V3,
  });
}
