import type { StoredObject } from "../api/object.ts";
import { err, ok, type Result } from "../base/result.ts";
import { parseSpiffeUri, type SpiffeId } from "../pki/spiffe-id.ts";
import type { VerifiedPeer } from "../rpc/call-context.ts";
import { type FailureCode, failure, type RpcFailure } from "../rpc/failure.ts";
import type { ProxyNode } from "../scope/proxy-node.ts";
import { type NodeId, parseNodeId } from "./node-id.ts";

/** What a proxy may belong to. */
export type Workload = StoredObject<"Pod"> | StoredObject<"WorkloadEntry">;

export interface IdentifyOptions {
  readonly trustDomain: string;
  readonly now: number;
  /** The Pod or WorkloadEntry of that name in the store. */
  readonly lookup: (namespace: string, name: string) => Workload | undefined;
}

const REFUSALS = {
  "no-certificate": ["unauthenticated", "show a workload certificate of this mesh: get one from the certificate service first"],
  "expired-certificate": ["unauthenticated", "the workload certificate has ended: get a new one and connect again"],
  "no-workload-name": [
    "unauthenticated",
    "the certificate does not carry exactly one name of the form spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT",
  ],
  "foreign-trust-domain": ["permission-denied", "the certificate is of another trust domain"],
  "bad-node-id": ["invalid-argument", "the node id is not of the form sidecar~IP~POD.NAMESPACE~DOMAIN or router~IP~POD.NAMESPACE~DOMAIN"],
  "foreign-namespace": ["permission-denied", "the node id names another namespace than the certificate"],
  "foreign-service-account": [
    "permission-denied",
    "the pod that the node id names runs under another service account than the certificate",
  ],
  // The store may be a moment behind the kubelet, so this one is worth trying again.
  "unknown-pod": ["unavailable", "the pod that the node id names is not known here (yet): try again"],
} as const satisfies Record<string, readonly [FailureCode, string]>;

export type RefusalReason = keyof typeof REFUSALS;

/** Why a peer is not served; `failure` is what it is told. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly failure: RpcFailure;
}

/** Who a peer is, by what it proved. What it says of itself is only compared; its metadata is not even looked at. */
export function identify(peer: VerifiedPeer | undefined, nodeId: string, options: IdentifyOptions): Result<ProxyNode, Refusal> {
  const proven = provenName(peer, options);
  if (!proven.ok) return proven;
  const claimed = parseNodeId(nodeId);
  if (!claimed) return refuse("bad-node-id");
  if (claimed.namespace !== proven.value.namespace) return refuse("foreign-namespace");
  const workload = options.lookup(claimed.namespace, claimed.name);
  if (!workload) return refuse("unknown-pod");
  if (serviceAccountOf(workload) !== proven.value.serviceAccount) return refuse("foreign-service-account");
  return ok(proxyNode(nodeId, claimed, proven.value));
}

export function refuse(reason: RefusalReason): { readonly ok: false; readonly error: Refusal } {
  const [code, message] = REFUSALS[reason];
  return err({ reason, failure: failure(code, message) }) as { readonly ok: false; readonly error: Refusal };
}

function provenName(peer: VerifiedPeer | undefined, options: IdentifyOptions): Result<SpiffeId, Refusal> {
  if (!peer) return refuse("no-certificate");
  if (peer.notAfter <= options.now) return refuse("expired-certificate");
  const [uri, ...others] = peer.uris;
  const name = parseSpiffeUri(uri ?? "");
  if (!name || others.length > 0) return refuse("no-workload-name");
  return name.trustDomain === options.trustDomain ? ok(name) : refuse("foreign-trust-domain");
}

function serviceAccountOf(workload: Workload): string {
  const account = workload.kind === "Pod" ? workload.spec.serviceAccountName : workload.spec.serviceAccount;
  return account || "default";
}

function proxyNode(id: string, claimed: NodeId, proven: SpiffeId): ProxyNode {
  return { id, type: claimed.type, name: claimed.name, namespace: proven.namespace, serviceAccount: proven.serviceAccount };
}
