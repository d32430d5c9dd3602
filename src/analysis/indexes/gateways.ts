import type { GatewayServer } from "../../api/networking/gateway.ts";
import { isKind, type StoredObject } from "../../api/object.ts";
import type { Index } from "../../model/fact.ts";
import { type Manner, mannerOf } from "../../validation/gateway/manner.ts";
import { sameWords } from "../../validation/gateway/same-words.ts";

type Gateway = StoredObject<"Gateway">;

/** Key of `gatewaysServing`: a port and a host in its words. */
export const serverKey = (port: number, host: string): string => `${port} ${sameWords(host)}`;

/** Gateways by each port and host that they name. */
export const gatewaysServing: Index<Gateway> = {
  name: "gateways-serving",
  kinds: ["Gateway"],
  *entries(object) {
    if (!isKind("Gateway", object)) return;
    const keys = (object.spec.servers ?? []).flatMap(({ port, hosts }) => hosts.map((host) => serverKey(port.number, host)));
    for (const key of new Set(keys)) yield [key, object];
  },
};

/** Key of `gatewaysOnPort`: who carries it out, where it listens, and how. */
export function portKey({ spec: { selector = {} } }: Gateway, { port, bind = "" }: GatewayServer, manner: Manner): string {
  return JSON.stringify([Object.entries(selector).sort(), bind, port.number, manner]);
}

/** Gateways by the pods that they choose, and each place and manner in which these listen. */
export const gatewaysOnPort: Index<Gateway> = {
  name: "gateways-on-port",
  kinds: ["Gateway"],
  *entries(object) {
    if (!isKind("Gateway", object)) return;
    for (const key of new Set((object.spec.servers ?? []).map((server) => portKey(object, server, mannerOf(server))))) yield [key, object];
  },
};

/** Key of `gatewayNames`. */
export const nearKey = (by: "namespace" | "name", value: string): string => `${by} ${value}`;

/** `namespace/name` of Gateways, by either half of it: what a misspelt name is compared with. */
export const gatewayNames: Index<string> = {
  name: "gateway-names",
  kinds: ["Gateway"],
  *entries(object) {
    if (!isKind("Gateway", object)) return;
    const { namespace, name } = object.metadata;
    yield [nearKey("namespace", namespace), `${namespace}/${name}`];
    yield [nearKey("name", name), `${namespace}/${name}`];
  },
};

type ServerTls = NonNullable<GatewayServer["tls"]>;

/** What a server shows its callers, as the Gateway names it: a Secret, or files. Absent where it shows nothing. */
export function certificatesOf({ credentialName, credentialNames = [], serverCertificate, privateKey }: ServerTls): readonly string[] {
  if (credentialName) return [`Secret ${credentialName}`];
  if (credentialNames.length > 0) return credentialNames.map((name) => `Secret ${name}`);
  return serverCertificate && privateKey ? [`file ${serverCertificate}`] : [];
}

/** Key of `gatewaysShowing`: connections are kept for one port. */
export const shownKey = (port: number, certificate: string): string => `${port} ${certificate}`;

/** Gateways by each port and the certificates that they show there. */
export const gatewaysShowing: Index<Gateway> = {
  name: "gateways-showing",
  kinds: ["Gateway"],
  *entries(object) {
    if (!isKind("Gateway", object)) return;
    const shown = (object.spec.servers ?? []).flatMap(({ port, tls }) =>
      tls === undefined ? [] : certificatesOf(tls).map((certificate) => shownKey(port.number, certificate)),
    );
    for (const key of new Set(shown)) yield [key, object];
  },
};
