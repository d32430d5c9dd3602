import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { applyJsonPatch, type JsonPatchOperation } from "./apply-json-patch.ts";
import { inNetwork, LAB_ADDRESSES } from "./lab-network.ts";
import { mustRun } from "./run-command.ts";

/** What a webhook answered. */
export interface AdmissionReply {
  readonly allowed: boolean;
  readonly message: string;
  readonly warnings: readonly string[];
  readonly patch: readonly JsonPatchOperation[];
}

/** Calls webhooks as an API server does: from the node, over HTTPS, trusting only the published CA bundle. */
export interface AdmissionClient {
  ask(path: "/inject" | "/validate", request: AdmissionQuestion): Promise<AdmissionReply>;
}

export interface AdmissionQuestion {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly namespace: string;
  readonly name: string;
  readonly object: unknown;
}

const SERVICE = "fairlead.istio-system.svc";

/** `stateFolder` is where the control plane publishes its CA bundle. */
export function createAdmissionClient(node: string, stateFolder: string): AdmissionClient {
  return {
    ask: async (path, question) => {
      const review = JSON.stringify(admissionReview(question));
      const trust = ["--cacert", join(stateFolder, "webhook-ca.pem"), "--resolve", `${SERVICE}:15017:${LAB_ADDRESSES.controller}`];
      const curl = ["curl", "-sS", "--max-time", "10", ...trust, "-H", "content-type: application/json", "--data-binary", "@-"];
      const text = await mustRun(inNetwork(node, [...curl, `https://${SERVICE}:15017${path}`]), { input: review });
      return readReply(text);
    },
  };
}

function admissionReview(question: AdmissionQuestion): unknown {
  const { namespace, name, object, kind, resource } = question;
  const request = {
    uid: randomUUID(),
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    operation: "CREATE",
    userInfo: { username: "lab", groups: ["system:authenticated"] },
    namespace,
    ...(name === "" ? {} : { name }),
    object,
    oldObject: null,
    dryRun: false,
    options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
  };
  return { kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", request };
}

function readReply(text: string): AdmissionReply {
  const { response } = JSON.parse(text) as {
    response?: { allowed?: boolean; status?: { message?: string }; warnings?: string[]; patch?: string };
  };
  if (!response) throw new Error(`the webhook answered without a response: ${text.slice(0, 500)}`);
  const patch = response.patch ? (JSON.parse(Buffer.from(response.patch, "base64").toString("utf8")) as JsonPatchOperation[]) : [];
  return { allowed: response.allowed === true, message: response.status?.message ?? "", warnings: response.warnings ?? [], patch };
}

/** The object as it would be stored. */
export function admitted<T>(object: T, reply: AdmissionReply): T {
  return applyJsonPatch(object, reply.patch);
}
