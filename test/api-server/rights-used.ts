import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One request, as the API server's audit tells of it. */
export interface AuditedRequest {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, as `pods/status`. */
  readonly resource: string;
  readonly namespace: string;
  /** Empty where the request names none. */
  readonly name: string;
  readonly code: number;
}

export interface Audit {
  /** Flags of kube-apiserver. */
  readonly flags: readonly string[];
  /** Requests of a service account for resources, so far. */
  requestsOf(account: string): readonly AuditedRequest[];
}

interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly responseStatus?: { readonly code?: number };
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
}

/** Has kube-apiserver write down every request of service accounts. */
export function audit(folder: string): Audit {
  const [policy, log] = [join(folder, "audit-policy.json"), join(folder, "audit.log")];
  const rules = [{ level: "Metadata", userGroups: ["system:serviceaccounts"] }, { level: "None" }];
  writeFileSync(policy, JSON.stringify({ apiVersion: "audit.k8s.io/v1", kind: "Policy", omitStages: ["RequestReceived"], rules }));
  writeFileSync(log, "");
  const events = () =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line.endsWith("}"))
      .map((line) => JSON.parse(line) as AuditEvent);
  return {
    flags: ["--audit-policy-file", policy, "--audit-log-path", log],
    requestsOf: (account) =>
      events().flatMap(({ verb, user, objectRef: of, responseStatus }) => {
        if (user.username !== account || of === undefined) return [];
        const resource = of.subresource === undefined ? of.resource : `${of.resource}/${of.subresource}`;
        const { apiGroup: group = "", namespace = "", name = "" } = of;
        return [{ verb, group, resource, namespace, name, code: responseStatus?.code ?? 0 }];
      }),
  };
}

/** What a role grants, taken apart: one verb on one resource, for one name or for any. */
export interface Right {
  /** Empty: in every namespace. */
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name: string | undefined;
}

interface Role {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
}

export function rightsOf({ kind, metadata, rules }: Role): readonly Right[] {
  const namespace = kind === "Role" ? (metadata.namespace ?? "") : "";
  return rules.flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => (resourceNames ?? [undefined]).map((name) => ({ namespace, group, resource, verb, name }))),
      ),
    ),
  );
}

/** Whether a right is needed for a request, or for what it does beside: to apply what is not there is to create it as well. */
export function allows(right: Right, request: AuditedRequest): boolean {
  const verbs = request.verb === "patch" && request.code === 201 ? ["patch", "create"] : [request.verb];
  const there = right.namespace === "" || right.namespace === request.namespace;
  const meant = right.name === undefined || right.name === request.name;
  return there && meant && right.group === request.group && right.resource === request.resource && verbs.includes(right.verb);
}
