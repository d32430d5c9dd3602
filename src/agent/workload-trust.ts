import { join } from "node:path";
import { trustBundle } from "../pki/trust-bundle.ts";
import type { BidiMethod } from "../rpc/grpc-server.ts";
import type { EncodedResource } from "../rpc/resource.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { AgentParts } from "./agent-parts.ts";
import { type Identity, requestCertificate } from "./certificate-client.ts";
import { createRootBundle } from "./root-bundle.ts";
import { certificateSecret, ROOT_SECRET, rootSecret, WORKLOAD_SECRET } from "./secret-encoding.ts";
import { createSecretServer } from "./secret-server.ts";
import { createWorkloadIdentity } from "./workload-identity.ts";

/** Whom this workload trusts and how it proves itself: the mounted bundle, and a certificate signed by it. */
export interface WorkloadTrust {
  start(): void;
  stop(): void;
  /** Serves both to Envoy (SDS). */
  readonly method: BidiMethod;
  rootPem(): string;
  identity(): Identity | undefined;
  /** Why there is no newer certificate; empty when all is well. */
  failure(): string;
}

/** `changed` is called after certificate or bundle changed; Envoy has been told by then. */
export function createWorkloadTrust(options: AgentOptions, parts: AgentParts, changed: () => void): WorkloadTrust {
  const { clock, log } = parts;
  const { paths } = options;
  const tell = (): void => {
    secrets.changed();
    changed();
  };
  const roots = createRootBundle(paths.rootCert, clock, log, () => {
    tell();
    // The first bundle, or one that an authority changed: what was signed by the old one may not be trusted for long.
    if (identity.started()) identity.renew();
  });
  const identity = createWorkloadIdentity({
    ...parts,
    file: join(paths.config, "identity.json"),
    request: () =>
      requestCertificate(
        { address: options.caAddress, tokenFile: paths.token, identity: options.identity, seconds: options.certificateSeconds, clock },
        roots.current(),
      ),
    changed: tell,
  });
  const secretOf = (name: string): EncodedResource | undefined => {
    const own = identity.current();
    if (name === WORKLOAD_SECRET) return own && certificateSecret(own);
    const pem = name === ROOT_SECRET ? trustBundle([roots.current(), own?.rootPem ?? ""], clock.now()) : "";
    return pem === "" ? undefined : rootSecret(pem);
  };
  const secrets = createSecretServer(secretOf, log);
  return {
    start: () => {
      roots.start();
      identity.start();
    },
    stop: () => {
      identity.stop();
      roots.stop();
    },
    method: secrets.method,
    rootPem: roots.current,
    identity: identity.current,
    failure: identity.failure,
  };
}
