import { type AskedFor, webhookSelectors } from "./webhook-selectors.ts";

/** A webhook as the API server holds it. */
export interface StoredWebhook {
  readonly name: string;
  readonly clientConfig: { readonly service?: { readonly name: string; readonly namespace: string }; readonly caBundle?: string };
  readonly [field: string]: unknown;
}

/** A Mutating- or ValidatingWebhookConfiguration as the API server holds it. */
export interface StoredConfiguration {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels?: Readonly<Record<string, string>> };
  readonly webhooks?: readonly StoredWebhook[];
}

/** What a revision's release has installed. */
export interface RevisionWebhooks {
  readonly revision: string;
  readonly mutating: StoredConfiguration;
  /** Absent where neither resources nor pods are judged. */
  readonly validating: StoredConfiguration | undefined;
}

/** An object to be applied. */
export interface TagObject {
  /** Collection, as `/apis/GROUP/VERSION/PLURAL`. */
  readonly path: string;
  readonly body: { readonly metadata: { readonly name: string } } & Readonly<Record<string, unknown>>;
}

const ADMISSION = "admissionregistration.k8s.io";
const RBAC = "rbac.authorization.k8s.io";
const VALIDATOR = "validator.fairlead.io";

/** Collections of webhook configurations. */
export const MUTATING = `/apis/${ADMISSION}/v1/mutatingwebhookconfigurations`;
export const VALIDATING = `/apis/${ADMISSION}/v1/validatingwebhookconfigurations`;
const ROLES = `/apis/${RBAC}/v1/clusterroles`;
const BINDINGS = `/apis/${RBAC}/v1/clusterrolebindings`;

/** Name of the tag's role, and the beginning of the names of its webhook configurations. */
const tagName = (tag: string, namespace: string): string => `fairlead-revision-tag-${tag}-${namespace}`;

/** Where all objects of a tag are; the webhooks first, which ask for the others. */
export function tagObjectNames(tag: string, namespace: string): readonly { readonly path: string; readonly name: string }[] {
  const name = tagName(tag, namespace);
  return [
    { path: MUTATING, name: `${name}-injector` },
    { path: VALIDATING, name: `${name}-validator` },
    { path: BINDINGS, name },
    { path: ROLES, name },
  ];
}

/**
 * All that a tag is: webhooks that ask the revision's Service about what asks for the tag, and the revision's right to keep their caBundle.
 * All of it goes when the revision's own webhooks go, so that no pod waits for a Service that is no more.
 */
export function tagObjects(asked: AskedFor, { revision, mutating, validating }: RevisionWebhooks): readonly TagObject[] {
  const name = tagName(asked.name, asked.namespace);
  const { name: ownerName, uid } = mutating.metadata;
  const ownerReferences = [{ apiVersion: `${ADMISSION}/v1`, kind: "MutatingWebhookConfiguration", name: ownerName, uid }];
  const labels = {
    app: "fairlead",
    "app.kubernetes.io/name": "fairlead",
    "app.kubernetes.io/managed-by": "fairlead-tag",
    "istio.io/rev": revision,
    "istio.io/tag": asked.name,
  };
  const metadata = (suffix = "") => ({ name: `${name}${suffix}`, labels, ownerReferences });
  const configuration = (kind: "Mutating" | "Validating", suffix: string, webhooks: readonly object[]): TagObject => ({
    path: kind === "Mutating" ? MUTATING : VALIDATING,
    body: { apiVersion: `${ADMISSION}/v1`, kind: `${kind}WebhookConfiguration`, metadata: metadata(suffix), webhooks },
  });
  const validatingWebhooks = validating === undefined ? [] : [...validators(validating, asked), ...forTag(validating, "verifier", asked)];
  return [
    ...roleObjects(metadata(), serviceOf(mutating)),
    configuration("Mutating", "-injector", forTag(mutating, "injector", asked)),
    ...(validatingWebhooks.length > 0 ? [configuration("Validating", "-validator", validatingWebhooks)] : []),
  ];
}

/** The Service that a configuration leads to; its name is the service account's too. */
export function serviceOf({ webhooks = [] }: StoredConfiguration): { readonly name: string; readonly namespace: string } {
  return webhooks[0]?.clientConfig.service ?? { name: "", namespace: "" };
}

/** The revision's webhooks of a kind, chosen by the tag's labels in place of the revision's. */
function forTag({ webhooks = [] }: StoredConfiguration, kind: "injector" | "verifier", asked: AskedFor): readonly object[] {
  const model = webhooks.find(({ name }) => name.endsWith(`.${kind}.fairlead.io`));
  if (model === undefined) return [];
  return webhookSelectors(asked).map(({ name, ...chosen }) => ({ ...model, name: `${name}.${kind}.fairlead.io`, ...chosen }));
}

/** Who judges resources that carry the tag; the tag `default` judges them all. */
function validators({ webhooks = [] }: StoredConfiguration, { name }: AskedFor): readonly object[] {
  const objectSelector = name === "default" ? {} : { matchExpressions: [{ key: "istio.io/rev", operator: "In", values: [name] }] };
  return webhooks.filter((webhook) => webhook.name === VALIDATOR).map((webhook) => ({ ...webhook, objectSelector }));
}

function roleObjects(
  metadata: { readonly name: string },
  account: { readonly name: string; readonly namespace: string },
): readonly TagObject[] {
  const rule = (kind: string, suffix: string) => ({
    apiGroups: [ADMISSION],
    resources: [`${kind}webhookconfigurations`],
    resourceNames: [`${metadata.name}${suffix}`],
    verbs: ["patch"],
  });
  const version = `${RBAC}/v1`;
  return [
    {
      path: ROLES,
      body: {
        apiVersion: version,
        kind: "ClusterRole",
        metadata,
        rules: [rule("mutating", "-injector"), rule("validating", "-validator")],
      },
    },
    {
      path: BINDINGS,
      body: {
        apiVersion: version,
        kind: "ClusterRoleBinding",
        metadata,
        roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: metadata.name },
        subjects: [{ kind: "ServiceAccount", name: account.name, namespace: account.namespace }],
      },
    },
  ];
}
