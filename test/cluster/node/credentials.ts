import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClusterPlan, NETWORK, SERVER } from "./cluster-plan.ts";

/** Who calls the API server, name of the kubeconfig → user and group. Each is known by a token, so there are no certificates to make. */
const USERS: Readonly<Record<string, readonly [user: string, group: string]>> = {
  admin: ["admin", "system:masters"],
  kubelet: [`system:node:${NETWORK.node}`, "system:nodes"],
  "kube-controller-manager": ["system:kube-controller-manager", ""],
  "kube-scheduler": ["system:kube-scheduler", ""],
  "kube-proxy": ["system:kube-proxy", ""],
};

export type Tokens = Readonly<Record<string, string>>;

/** Keys of service-account tokens and the users' tokens, as files of the state folder. */
export function writeCredentials({ state }: ClusterPlan): Tokens {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(state, "accounts.key"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  writeFileSync(join(state, "accounts.pub"), publicKey.export({ type: "spki", format: "pem" }));
  const tokens = Object.fromEntries(Object.keys(USERS).map((name) => [name, randomBytes(24).toString("hex")]));
  const lines = Object.entries(USERS).map(([name, [user, group]]) => `${tokens[name]},${user},${user},"${group}"`);
  writeFileSync(join(state, "tokens.csv"), `${lines.join("\n")}\n`, { mode: 0o600 });
  return tokens;
}

/** Kubeconfigs of all users; needs the API server's certificate, which it makes itself when it starts. */
export function writeKubeconfigs({ state }: ClusterPlan, tokens: Tokens): void {
  const authority = readFileSync(join(state, "apiserver/apiserver.crt")).toString("base64");
  for (const [name, token] of Object.entries(tokens)) {
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "fairlead", cluster: { server: SERVER, "certificate-authority-data": authority } }],
      users: [{ name, user: { token } }],
      contexts: [{ name: "fairlead", context: { cluster: "fairlead", user: name } }],
      "current-context": "fairlead",
    };
    writeFileSync(join(state, `${name}.kubeconfig`), JSON.stringify(config), { mode: 0o600 });
  }
}
