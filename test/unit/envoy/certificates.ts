import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface CertificateFolder {
  /** Path of `NAME.pem`, `NAME.key` or any other file in the folder. */
  readonly file: (name: string) => string;
  /** An authority, `NAME.pem` and `NAME.key`. */
  readonly authority: (name: string) => void;
  /** A certificate for server and client alike; `san` as `DNS:a.test` or `URI:spiffe://…`. */
  readonly certify: (authority: string, name: string, san: string) => void;
  readonly remove: () => void;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export function certificateFolder(): CertificateFolder {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-certificates-"));
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  return {
    file: (name) => join(folder, name),
    authority: (name) => {
      openssl("req", "-x509", ...KEY, "-days", "2", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.pem`);
    },
    certify: (authority, name, san) => {
      openssl("req", ...KEY, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
      writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${san}\n`);
      const by = ["-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
      openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-days", "2", "-extfile", `${name}.ext`, "-out", `${name}.pem`);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
