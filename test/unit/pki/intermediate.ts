import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An authority that a company's root has signed, made by openssl as an operator would; PEM texts. */
export interface Intermediate {
  readonly root: string;
  /** Between root and `certificate`. */
  readonly middle: string;
  readonly certificate: string;
  readonly key: string;
}

const EXTENSIONS = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n";

export function makeIntermediate(): Intermediate {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-intermediate-"));
  const openssl = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  const newKey = ["-newkey", "rsa:2048", "-nodes"] as const;
  const signed = (name: string, by: string): void => {
    openssl("req", "-new", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/O=example/CN=${name}`);
    const issuer = ["-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-CAcreateserial"] as const;
    openssl("x509", "-req", "-in", `${name}.csr`, ...issuer, "-days", "30", "-extfile", "extensions", "-out", `${name}.pem`);
  };
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  try {
    writeFileSync(join(folder, "extensions"), EXTENSIONS);
    openssl("req", "-x509", ...newKey, "-keyout", "root.key", "-out", "root.pem", "-days", "30", "-subj", "/O=example/CN=root");
    signed("middle", "root");
    signed("mesh", "middle");
    return { root: read("root.pem"), middle: read("middle.pem"), certificate: read("mesh.pem"), key: read("mesh.key") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
