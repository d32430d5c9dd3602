import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerIdentity } from "./outside-servers.ts";
import { mustRun } from "./run-command.ts";

const EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"];

/** The outside world's own certificate authority, made with openssl: a part that is not ours. */
export interface OutsideAuthority {
  /** Path of its certificate (PEM). */
  readonly caFile: string;
  issue(name: string, hosts: readonly string[]): Promise<ServerIdentity>;
}

/** Makes an authority in `folder`. */
export async function createOutsideAuthority(folder: string): Promise<OutsideAuthority> {
  await mkdir(folder, { recursive: true });
  const caFile = join(folder, "ca.pem");
  const caKey = join(folder, "ca.key");
  await mustRun(["openssl", "req", "-x509", ...EC_KEY, "-days", "2", "-subj", "/CN=outside authority", "-keyout", caKey, "-out", caFile]);
  return {
    caFile,
    issue: async (name, hosts) => {
      const cert = join(folder, `${name}.pem`);
      const key = join(folder, `${name}.key`);
      const extensions = join(folder, `${name}.cnf`);
      const names = hosts.map((host) => `DNS:${host}`).join(",");
      await writeFile(extensions, "[req]\ndistinguished_name=dn\n[dn]\n");
      const subject = ["-subj", `/CN=${hosts[0] ?? name}`, "-addext", `subjectAltName=${names}`, "-addext", "basicConstraints=CA:FALSE"];
      const signer = ["-CA", caFile, "-CAkey", caKey, "-days", "2", "-config", extensions];
      await mustRun(["openssl", "req", "-x509", ...EC_KEY, ...signer, ...subject, "-keyout", key, "-out", cert]);
      return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
    },
  };
}
