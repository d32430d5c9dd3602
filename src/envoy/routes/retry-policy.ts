import { create } from "@bufbuild/protobuf";
import type { HttpRetry } from "../../api/networking/http-action.ts";
import { type RetryPolicy, RetryPolicySchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import { PreviousHostsPredicateSchema } from "../../gen/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.ts";
import { configType } from "../wire/typed-config.ts";
import { wireDuration } from "../wire/wire-duration.ts";

const BY_STATUS = "retriable-status-codes";
const DEFAULT_CONDITIONS = `connect-failure,refused-stream,unavailable,cancelled,${BY_STATUS}`;
const DEFAULT_ATTEMPTS = 2;
/** Draws of an endpoint before one that failed already is taken again. */
const DRAWS = 5n;

/** Envoy wants status numbers apart from its conditions. */
function conditions(retryOn: string): { retryOn: string; retriableStatusCodes: number[] } {
  const tokens = retryOn.split(",").flatMap((token) => token.trim() || []);
  const codes = tokens.filter((token) => /^[1-5][0-9]{2}$/.test(token));
  const names = tokens.filter((token) => !codes.includes(token));
  const all = codes.length > 0 ? new Set([...names, BY_STATUS]) : new Set(names);
  return { retryOn: [...all].join(","), retriableStatusCodes: codes.map(Number) };
}

/** When a failed request is sent again; undefined: never. Without a policy: what is safe to repeat, twice. */
export function retryPolicy(policy: HttpRetry | undefined): RetryPolicy | undefined {
  const numRetries = policy?.attempts ?? DEFAULT_ATTEMPTS;
  if (numRetries <= 0) {
    return undefined;
  }
  const perTryTimeout = wireDuration(policy?.perTryTimeout);
  const baseInterval = wireDuration(policy?.backoff);
  return create(RetryPolicySchema, {
    ...conditions(policy?.retryOn || DEFAULT_CONDITIONS),
    numRetries,
    ...(perTryTimeout && { perTryTimeout }),
    ...(baseInterval && { retryBackOff: { baseInterval } }),
    ...(policy?.retryIgnorePreviousHosts !== false && {
      retryHostPredicate: [
        { name: "envoy.retry_host_predicates.previous_hosts", configType: configType(PreviousHostsPredicateSchema, {}) },
      ],
    }),
    hostSelectionRetryMaxAttempts: DRAWS,
  });
}
