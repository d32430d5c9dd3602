// Hundreds of sidecars in one process, each with a connection and a stream of its own. They all connect at once, first with nothing in their
// hands, and again whenever a line comes on standard input, then with what they hold, as agents do. Each asks for what an Envoy asks for,
// and acknowledges what comes. Says `{"connectedMs":N}` when all have been answered. All show one certificate: they are pods of one
// service account.
import { createInterface } from "node:readline";
import { requestCertificate } from "../../src/agent/certificate-client.ts";
import { systemClock } from "../../src/base/clock.ts";
import { type DeltaResponse, decodeDeltaResponse } from "../../src/rpc/delta-encoding.ts";
import { type DeltaRequest, encodeDeltaRequest } from "../../src/rpc/delta-request.ts";
import { type ClientTls, connect } from "../../src/rpc/grpc-client.ts";
import { TYPE_URLS } from "../../src/rpc/resource.ts";
import { DELTA_ADS } from "../../src/xds/ads-service.ts";
import { herdPod } from "./herd-pod.ts";

export interface HerdOptions {
  readonly count: number;
  /** Of the controller. */
  readonly address: string;
  readonly serverName: string;
  readonly rootPem: string;
  readonly tokenFile: string;
  readonly namespace: string;
}

const HOUR_S = 3_600;
/** Like an agent it dials again, a little later, when its stream ends. */
const AGAIN_MS = 250;
/** A cluster that is not there: the answer that it is not comes when all that was asked before is answered. */
const LAST = "outbound|1||last.invalid";

type Ask = Partial<DeltaRequest> & Pick<DeltaRequest, "typeUrl">;

class Sidecar {
  /** name → version, by type. */
  readonly #held = new Map<string, Map<string, string>>(Object.values(TYPE_URLS).map((type) => [type, new Map()]));
  readonly #index: number;
  readonly #address: string;
  readonly #tls: ClientTls;
  #hangUp = (): void => undefined;
  #answered = (): void => undefined;

  constructor(index: number, { address }: HerdOptions, tls: ClientTls) {
    this.#index = index;
    this.#address = address;
    this.#tls = tls;
  }

  /** Cuts the connection, connects again, and resolves when everything was answered. */
  reconnect(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answered = resolve;
    this.#hangUp();
    this.#dial();
    return promise;
  }

  #dial(): void {
    const client = connect({ target: this.#address, tls: this.#tls, clock: systemClock });
    let isOpen = true;
    this.#hangUp = () => {
      isOpen = false;
      client.close();
    };
    const stream = client.bidi(DELTA_ADS, {}, () => ({
      message: (bytes) => this.#take(decodeDeltaResponse(bytes), ask),
      closed: () => {
        if (!isOpen) return;
        this.#hangUp();
        const again = setTimeout(() => this.#dial(), AGAIN_MS * (1 + Math.random()));
        this.#hangUp = () => clearTimeout(again);
      },
    }));
    const ask = (request: Ask): void => stream.send(encodeDeltaRequest(request));
    const node = { id: herdPod(this.#index).nodeId, cluster: "herd", metadata: {} };
    ask({ node, typeUrl: TYPE_URLS.cluster, subscribe: ["*"], initialVersions: this.#heldOf(TYPE_URLS.cluster) });
    ask({ typeUrl: TYPE_URLS.listener, subscribe: ["*"], initialVersions: this.#heldOf(TYPE_URLS.listener) });
    if (this.#heldOf(TYPE_URLS.cluster).size > 0) this.#askForEndpoints(ask);
  }

  #take({ typeUrl, nonce, resources, removed, more }: DeltaResponse, ask: (request: Ask) => void): void {
    ask({ typeUrl, nonce });
    for (const { name, version } of resources) this.#heldOf(typeUrl).set(name, version);
    if (typeUrl === TYPE_URLS.cluster && !more) this.#askForEndpoints(ask);
    if (typeUrl === TYPE_URLS.endpoint && removed.includes(LAST)) this.#answered();
  }

  #askForEndpoints(ask: (request: Ask) => void): void {
    const initialVersions = this.#heldOf(TYPE_URLS.endpoint);
    ask({ typeUrl: TYPE_URLS.endpoint, subscribe: [...this.#heldOf(TYPE_URLS.cluster).keys(), LAST], initialVersions });
  }

  #heldOf(typeUrl: string): Map<string, string> {
    return this.#held.get(typeUrl) ?? new Map();
  }
}

async function main(options: HerdOptions): Promise<void> {
  const { address, serverName, rootPem, tokenFile, namespace, count } = options;
  const identity = { trustDomain: "cluster.local", namespace, serviceAccount: "default" };
  const certificate = await requestCertificate({ address, tokenFile, identity, seconds: HOUR_S, clock: systemClock }, rootPem);
  if (!certificate.ok) throw new Error(certificate.error);
  const tls = { rootPem, serverName, identity: certificate.value };
  const herd = Array.from({ length: count }, (_, index) => new Sidecar(index, options, tls));
  const reconnect = async (): Promise<void> => {
    const since = performance.now();
    await Promise.all(herd.map((sidecar) => sidecar.reconnect()));
    console.log(JSON.stringify({ connectedMs: Math.round(performance.now() - since) }));
  };
  for await (const _ of createInterface({ input: process.stdin })) await reconnect();
  process.exit(0);
}

const [, , options = ""] = process.argv;
await main(JSON.parse(options) as HerdOptions);
