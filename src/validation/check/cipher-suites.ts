import { fixedByRemoval } from "../../api/fix.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { each } from "../each.ts";
import { repeated } from "./unique.ts";

/** Cipher suites of TLS 1.2 that BoringSSL, and so Envoy, has. */
const SUITES: readonly string[] = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
  "ECDHE-PSK-CHACHA20-POLY1305",
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-RSA-AES128-SHA",
  "ECDHE-PSK-AES128-CBC-SHA",
  "ECDHE-ECDSA-AES256-SHA",
  "ECDHE-RSA-AES256-SHA",
  "ECDHE-PSK-AES256-CBC-SHA",
  "AES128-GCM-SHA256",
  "AES256-GCM-SHA384",
  "AES128-SHA",
  "AES256-SHA",
  "PSK-AES128-CBC-SHA",
  "PSK-AES256-CBC-SHA",
  "DES-CBC3-SHA",
];

/** Whether an entry of the list is one that Envoy knows. `-`, `+` and `!` before a suite, and `[a|b]`, are Envoy's. */
export function isCipherSuite(value: string): boolean {
  const names = value
    .replace(/^[-+!]/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .split("|");
  return names.every((name) => name === "ALL" || SUITES.includes(name));
}

/** Unknown suites and doubles are told; Envoy goes on without them. */
export function checkCipherSuites(list: readonly string[] | undefined, path: string): readonly Finding[] {
  const twice = new Set(repeated(list ?? [], path).map(({ at }) => at));
  return each(list, path, (value, at) => {
    if (!isCipherSuite(value)) return [fixedByRemoval(finding("cipherUnknown", at, { value }))];
    return twice.has(at) ? [fixedByRemoval(finding("cipherTwice", at, { value }))] : [];
  });
}
