import { readFileSync } from "node:fs";
import { Agent, request } from "undici";
import type { AdmissionAnswer, AdmissionRequest } from "../../src/admission/admission-request.ts";
import { type AdmissionServer, startAdmissionServer } from "../../src/admission/admission-server.ts";
import { objectValidator } from "../../src/admission/object-validator.ts";
import { createWorld } from "../../src/analysis/live-world.ts";
import { OWN_GROUPS, OWN_KINDS } from "../../src/api/kinds.ts";
import { judges } from "../../src/main/judges.ts";
import { servingCertificate } from "../unit/admission/serving-certificate.ts";
import type { Sent } from "./agreement-objects.ts";
import { installCrds } from "./install-crds.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

/** What the API server says to an object, by its CRD alone or with our webhook behind it. */
export interface ApiAnswer {
  readonly taken: boolean;
  readonly message: string;
  /** Texts of the answer's warnings. */
  readonly warnings: readonly string[];
  /** What the webhook was shown and said; absent where it was not asked. */
  readonly webhook?: { readonly object: unknown; readonly answer: AdmissionAnswer };
}

/** A real API server with our CRDs, in which one namespace is judged by our webhook and one is not. Nothing is stored. */
export interface JudgedServer {
  send(object: Sent, namespace: "plain" | "judged"): Promise<ApiAnswer>;
  stop(): Promise<void>;
}

/** Tells the webhook's calls apart: several are under way at once. */
const MARK = "agreement.test/number";

export async function startJudgedServer(): Promise<JudgedServer> {
  const server = await startApiServer();
  const seen = new Map<string, ApiAnswer["webhook"]>();
  try {
    await installCrds(server);
    const webhook = await startWebhook(server, seen);
    const caller = createCaller(server);
    let number = 0;
    return {
      send: async (object, namespace) => {
        const mark = `${++number}`;
        const answer = await caller.send(marked(object, mark), namespace);
        const webhookSaw = seen.get(mark);
        seen.delete(mark);
        return { ...answer, ...(webhookSaw && { webhook: webhookSaw }) };
      },
      stop: async () => {
        await caller.close();
        await server.stop();
        await webhook.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Annotations that are none stay so: such an object comes to no webhook. */
function marked(object: Sent, mark: string): Sent {
  const { annotations = {} } = object.metadata;
  const whole = annotations === null || (typeof annotations === "object" && !Array.isArray(annotations));
  return whole ? { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [MARK]: mark } } } : object;
}

async function startWebhook({ admin }: ApiServer, seen: Map<string, ApiAnswer["webhook"]>): Promise<AdmissionServer> {
  const certificate = servingCertificate("localhost");
  const judge = objectValidator(judges(createWorld([])));
  const pass = async (): Promise<AdmissionAnswer> => ({ allowed: true });
  const validator = async (asked: AdmissionRequest): Promise<AdmissionAnswer> => {
    const answer = await judge(asked);
    const { annotations } = (asked.object?.["metadata"] ?? {}) as { readonly annotations?: Readonly<Record<string, string>> };
    seen.set(annotations?.[MARK] ?? "", { object: asked.object, answer });
    return answer;
  };
  const quiet = { info: () => undefined, error: () => undefined };
  const parts = { injector: pass, verifier: pass, validator, ready: () => true, metrics: { count: () => undefined }, log: quiet };
  const server = await startAdmissionServer({ address: "127.0.0.1", port: 0, certificate, ...parts });
  for (const [name, labels] of Object.entries({ plain: {}, judged: { judged: "yes" } })) {
    await admin.json({ method: "POST", path: "/api/v1/namespaces", body: { metadata: { name, labels } } });
  }
  const caBundle = Buffer.from(certificate.cert).toString("base64");
  const rule = {
    apiGroups: [...OWN_GROUPS],
    apiVersions: ["*"],
    resources: ["*"],
    operations: ["CREATE", "UPDATE"],
    scope: "Namespaced",
  };
  const hook = {
    name: "validate.fairlead.test",
    clientConfig: { url: `https://127.0.0.1:${server.port}/validate`, caBundle },
    rules: [rule],
    namespaceSelector: { matchLabels: { judged: "yes" } },
    ...{ failurePolicy: "Fail", sideEffects: "None", admissionReviewVersions: ["v1"], timeoutSeconds: 30 },
  };
  const body = { metadata: { name: "agreement" }, webhooks: [hook] };
  await admin.json({ method: "POST", path: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", body });
  return server;
}

interface Caller {
  send(object: Sent, namespace: string): Promise<ApiAnswer>;
  close(): Promise<void>;
}

function createCaller({ url, ca, kubeconfig }: ApiServer): Caller {
  const dispatcher = new Agent({ connect: { ca } });
  const { users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as {
    readonly users: readonly { readonly user: { readonly token: string } }[];
  };
  const headers = { "content-type": "application/json", authorization: `Bearer ${users[0]?.user.token}` };
  return {
    send: async (object, namespace) => {
      // Unknown fields are told by the API server itself, which prunes them before any webhook: here only ours are to be heard.
      const path = `/apis/${object.apiVersion}/namespaces/${namespace}/${OWN_KINDS[object.kind].plural}?dryRun=All&fieldValidation=Ignore`;
      const response = await request(`${url}${path}`, { dispatcher, method: "POST", headers, body: JSON.stringify(object) });
      const status = (await response.body.json()) as { readonly message?: string };
      const { statusCode } = response;
      if (![201, 400, 422].includes(statusCode)) throw new Error(`the API server answered ${statusCode}: ${status.message}`);
      const warnings = [response.headers["warning"] ?? []].flat();
      return { taken: statusCode === 201, message: statusCode === 201 ? "" : (status.message ?? ""), warnings };
    },
    close: () => dispatcher.close(),
  };
}
