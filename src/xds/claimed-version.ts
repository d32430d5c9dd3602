import type { NodeClaim } from "../rpc/delta-request.ts";

const VERSION = /^[\w.+-]{1,40}$/;

/**
 * The version of the agent as it says itself, under the name that agents of this ecosystem use. Nothing is decided by it: it is told, so that
 * whoever upgrades sees who is left behind.
 */
export function claimedVersion(node: NodeClaim | undefined): string {
  const claim = node?.metadata["ISTIO_VERSION"];
  return typeof claim === "string" && VERSION.test(claim) ? claim : "unknown";
}
