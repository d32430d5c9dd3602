import { isNamespaceName, isObjectName } from "../base/hostname.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { conform, type KnownFields, unknownFields } from "./conform.ts";
import { Fields } from "./dialect/fields.ts";
import { MapOf } from "./dialect/map-of.ts";
import { schemaOf, type TypeOf } from "./dialect/node.ts";
import { Text } from "./dialect/text.ts";
import { Whole } from "./dialect/whole.ts";
import { isJsonObject, jsonKind, ownField } from "./json-kind.ts";
import type { ObjectMeta } from "./object.ts";

const MetadataSchema = Fields("What every object carries.", {
  name: Text("Name, unique among the objects of its kind in the namespace."),
  generateName: Text("Beginning of a name that the API server completes."),
  namespace: Text("Namespace."),
  labels: MapOf("Labels.", Text("Value.")),
  annotations: MapOf("Annotations.", Text("Value.")),
  uid: Text("Identity."),
  resourceVersion: Text("Version."),
  generation: Whole("Count of changes of the spec."),
  creationTimestamp: Text("Time of creation, RFC 3339."),
  deletionTimestamp: Text("Time of deletion, RFC 3339."),
});

type RawMeta = TypeOf<typeof MetadataSchema>;

const SCHEMA = schemaOf(MetadataSchema);

const READ: readonly string[] = Object.keys(SCHEMA.properties ?? {});

/** Fields of Kubernetes that nothing here reads. */
const UNREAD = ["selfLink", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields"];

const KNOWN: KnownFields = { ...SCHEMA.properties, ...Object.fromEntries(UNREAD.map((name) => [name, undefined])) };

export interface DecodedMetadata {
  readonly metadata: ObjectMeta;
  readonly findings: readonly Finding[];
}

/** Takes of `metadata` what fairlead reads. A missing namespace is `default`, as kubectl has it; a field of null is absent. */
export function decodeMetadata(raw: unknown, namespaced: boolean): DecodedMetadata {
  const path = "metadata";
  if (!isJsonObject(raw))
    return { metadata: blank(), findings: [finding("wrongType", path, { expected: "an object", actual: jsonKind(raw) })] };
  const kept: Record<string, unknown> = {};
  for (const name of READ) {
    const value = ownField(raw, name);
    if (value != null) kept[name] = withoutNulls(value);
  }
  const { value, findings } = conform(SCHEMA, kept, path);
  if (findings.length > 0) return { metadata: blank(), findings };
  const metadata = project(value as RawMeta, namespaced);
  return { metadata, findings: nameFindings(metadata, ownField(raw, "name") == null) };
}

/** A warning for each field that the API server would drop from `metadata`. */
export function unknownMetadata(raw: unknown): readonly Finding[] {
  return isJsonObject(raw) ? unknownFields(KNOWN, raw, "metadata") : [];
}

/** A label or annotation of null is an empty one to the API server. */
function withoutNulls(value: unknown): unknown {
  if (!isJsonObject(value) || !Object.values(value).includes(null)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item ?? ""]));
}

function blank(): ObjectMeta {
  return { name: "", namespace: "", labels: {}, annotations: {} };
}

function project({ name, generateName, namespace, labels, annotations, ...rest }: RawMeta, namespaced: boolean): ObjectMeta {
  return {
    name: name ?? generateName ?? "",
    ...(name === undefined && generateName !== undefined && { generateName }),
    namespace: namespaced ? (namespace ?? "default") : "",
    labels: labels ?? {},
    annotations: annotations ?? {},
    ...rest,
  };
}

/** What is only the beginning of a name may end in a hyphen. */
function nameFindings({ name, namespace }: ObjectMeta, isBeginning: boolean): readonly Finding[] {
  if (name === "") return [finding("missing", "metadata.name", { hint: "the name of the object" })];
  const bare = isBeginning && name.endsWith("-") ? name.slice(0, -1) : name;
  if (!isObjectName(bare)) return [finding("badName", "metadata.name", { value: name })];
  return namespace === "" || isNamespaceName(namespace) ? [] : [finding("badNamespace", "metadata.namespace", { value: namespace })];
}
