import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import type { StandaloneOptions } from "../cli/program.ts";
import { createFileSource } from "../source/file/file-source.ts";
import { createStandaloneTokenReviewer } from "../source/file/standalone-token-reviewer.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { startControlPlane } from "./control-plane.ts";
import { fileMaterialStore } from "./material-store.ts";
import { meshTrust } from "./mesh-authority.ts";
import { readValues } from "./read-values.ts";
import { runUntilStopped } from "./run-until-stopped.ts";
import { VERSION } from "./version.ts";
import { webhookCertificates } from "./webhook-certificates.ts";

/** Names under which proxies and API servers know the control plane when nothing else is said. */
const OWN_NAMES = ["fairlead.istio-system.svc", "fairlead.istio-system.svc.cluster.local", "localhost"];

/** The control plane on a folder of YAML; runs until it is told to stop. */
export function runStandalone(options: StandaloneOptions): Promise<number> {
  return runUntilStopped((signal, started) => start(options, signal, started));
}

async function start(options: StandaloneOptions, signal: AbortSignal, started: AsyncDisposableStack): Promise<void> {
  const log = createLogger({ name: "standalone", level: options.logLevel });
  const clock = systemClock;
  await mkdir(options.state, { recursive: true, mode: 0o700 });
  const store = fileMaterialStore(options.state);
  const names = [...OWN_NAMES, ...options.san];
  const certificates = await webhookCertificates(store, { name: "fairlead-webhook", dnsNames: names, clock, log });
  // Who calls the webhooks reads this one.
  await writeFile(join(options.state, "webhook-ca.pem"), certificates.current().caBundle);
  certificates.onChange(() => void writeFile(join(options.state, "webhook-ca.pem"), certificates.current().caBundle));
  const values = await readValues(options.values);
  const controlPlane = await startControlPlane(
    {
      source: createFileSource({ dir: options.config, stateDir: options.state, log, report: () => undefined }),
      reviewer: createStandaloneTokenReviewer({ publicKeyFile: options.tokenKey, clock }),
      trust: async (trustDomain) => {
        const publish = (): Promise<void> => writeFile(join(options.state, "root-cert.pem"), trust.authority.trustBundle(clock.now()));
        const unpublished = (error: unknown) =>
          log.error({ err: error }, "root-cert.pem could not be written, pods do not learn the new root");
        const trust = await meshTrust(store, trustDomain, {
          dnsNames: names,
          clock,
          log,
          onChange: () => void publish().catch(unpublished),
        });
        // And a pod trusts this one.
        await publish();
        return trust;
      },
      ...{ certificates, values: () => values, kubeVersion: options.kubeVersion, revision: "default" },
      ports: options,
      metrics: createMetrics({ version: VERSION }),
      ...{ log, clock },
    },
    signal,
  );
  started.defer(controlPlane.stop);
}
