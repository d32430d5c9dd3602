import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createStandaloneTokenReviewer, type StandaloneTokenOptions } from "../../../src/source/file/standalone-token-reviewer.ts";

const NOW = 1_700_000_000;
const dir = mkdtempSync(join(tmpdir(), "fairlead-token-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const GOOD = { aud: ["istio-ca"], exp: NOW + 600, iss: "https://issuer", sub: "system:serviceaccount:shop:cart" };

function token(claims: object, key: KeyObject = rsa.privateKey, alg = key.asymmetricKeyType === "ec" ? "ES256" : "RS256"): string {
  const signed = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

function reviewer(publicKey: KeyObject = rsa.publicKey, options: Partial<StandaloneTokenOptions> = {}) {
  const publicKeyFile = join(dir, "key.pem");
  writeFileSync(publicKeyFile, publicKey.export({ type: "spki", format: "pem" }));
  return createStandaloneTokenReviewer({ publicKeyFile, clock: { now: () => NOW * 1000, after: () => () => undefined }, ...options });
}

test.each([
  ["RS256", rsa],
  ["ES256", ec],
])("a good %s token says whose it is", async (_, pair) => {
  const identity = { ok: true, value: { namespace: "shop", serviceAccount: "cart" } };
  expect(await reviewer(pair.publicKey).review(token(GOOD, pair.privateKey), "istio-ca")).toEqual(identity);
});

const none = `${encode({ alg: "none" })}.${encode(GOOD)}.`;
const [head, , signature] = token(GOOD).split(".");
test.each<[string, string, RegExp]>([
  ["expired", token({ ...GOOD, exp: NOW - 60 }), /expired/],
  ["without expiry", token({ ...GOOD, exp: undefined }), /no expiry/],
  ["not yet valid", token({ ...GOOD, nbf: NOW + 60 }), /not valid yet/],
  ["for another audience", token({ ...GOOD, aud: "vault" }), /audience istio-ca/],
  ["of another issuer", token({ ...GOOD, iss: "https://elsewhere" }), /elsewhere/],
  ["signed by another key", token(GOOD, other.privateKey), /signature/],
  ["signed by a key of another kind", token(GOOD, ec.privateKey), /ES256/],
  ["unsigned", none, /not a signed JWT/],
  [
    "with claims changed after signing",
    `${head}.${encode({ ...GOOD, sub: "system:serviceaccount:shop:admin" })}.${signature}`,
    /signature/,
  ],
  ["of a person", token({ ...GOOD, sub: "jane" }), /not a service account/],
  ["of a name with a slash", token({ ...GOOD, sub: "system:serviceaccount:shop:a/b" }), /not a service account/],
  ["nonsense", "a.b.c", /not a signed JWT/],
  ["empty", "", /not a signed JWT/],
])("a token %s is refused", async (_, refused, reason) => {
  const answer = await reviewer(rsa.publicKey, { issuer: "https://issuer" }).review(refused, "istio-ca");
  expect(answer).toEqual({ ok: false, error: expect.stringMatching(reason) });
});

test("the key file is read each time", async () => {
  const review = reviewer(other.publicKey);
  expect(await review.review(token(GOOD), "istio-ca")).toMatchObject({ ok: false });
  reviewer(rsa.publicKey);
  expect(await review.review(token(GOOD), "istio-ca")).toMatchObject({ ok: true });
});

test("a key file that is not there is no verdict on the token", async () => {
  const away = reviewer(rsa.publicKey, { publicKeyFile: "no-such-folder/token.pub" });
  await expect(away.review(token(GOOD), "istio-ca")).rejects.toThrow("no-such-folder/token.pub cannot be read");
});
