import { fieldAt } from "./json-object.ts";

/** What tells members of a list apart, by the list's name: never their position. */
const IDENTITIES: Readonly<Record<string, (member: unknown) => unknown>> = {
  containers: named,
  initContainers: named,
  volumes: named,
  imagePullSecrets: named,
  env: named,
  volumeMounts: (mount) => fieldAt(mount, "mountPath"),
  // One number may serve TCP and UDP.
  ports: (port) => `${fieldAt(port, "containerPort")}/${fieldAt(port, "protocol") ?? "TCP"}`,
};

/** How members of the list in a field are told apart; absent where they have no identity. */
export function identityIn(field: string): ((member: unknown) => unknown) | undefined {
  return Object.hasOwn(IDENTITIES, field) ? IDENTITIES[field] : undefined;
}

function named(member: unknown): unknown {
  return fieldAt(member, "name");
}
