import type { TokenIdentity } from "../api/store.ts";
import { err, ok, type Result } from "../base/result.ts";

const NAME = /^system:serviceaccount:([a-z0-9]([-a-z0-9]*[a-z0-9])?):([a-z0-9]([-.a-z0-9]*[a-z0-9])?)$/;

/** Reads `system:serviceaccount:NS:SA`, the user name of a service account. */
export function parseServiceAccount(username: string): Result<TokenIdentity, string> {
  const match = NAME.exec(username);
  if (match?.[1] === undefined || match[3] === undefined) {
    return err(`the token belongs to "${username}", which is not a service account (system:serviceaccount:NAMESPACE:NAME)`);
  }
  return ok({ namespace: match[1], serviceAccount: match[3] });
}
