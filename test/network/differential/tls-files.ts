import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { certificateFolder } from "../../unit/envoy/certificates.ts";
import type { TlsFiles } from "./tls-meanings.ts";

/** An authority, a certificate of it and a list of what it has revoked, as files that Envoy can open. */
export function tlsFiles(): { readonly files: TlsFiles; readonly remove: () => void } {
  const folder = certificateFolder();
  folder.authority("ca");
  folder.certify("ca", "app", "DNS:app.test");
  const [revoked, settings] = [folder.file("ca.crl"), folder.file("ca.cnf")];
  writeFileSync(folder.file("index.txt"), "");
  writeFileSync(settings, `[ca]\ndefault_ca=own\n[own]\ndatabase=${folder.file("index.txt")}\ndefault_md=sha256\n`);
  const by = ["-cert", folder.file("ca.pem"), "-keyfile", folder.file("ca.key"), "-crldays", "30"];
  execFileSync("openssl", ["ca", "-config", settings, "-gencrl", ...by, "-out", revoked], { stdio: "ignore" });
  const files = { certificate: folder.file("app.pem"), key: folder.file("app.key"), authorities: folder.file("ca.pem"), revoked };
  return { files, remove: folder.remove };
}
