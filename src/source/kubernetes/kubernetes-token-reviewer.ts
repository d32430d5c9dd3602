import type { TokenReviewer } from "../../api/store.ts";
import { parseServiceAccount } from "../service-account-name.ts";
import type { ApiClient } from "./api-client.ts";
import { hasCode } from "./api-error.ts";

interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: { readonly username?: string };
    readonly error?: string;
  };
}

/**
 * Asks the API server whose a token is, by TokenReview. It also refuses tokens of pods that are gone. Rejects where the API server
 * gives no verdict (it is away, or we may not ask): that says nothing about the token.
 */
export function createKubernetesTokenReviewer(client: ApiClient): TokenReviewer {
  return {
    review: async (token, audience) => {
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token, audiences: [audience] } };
      try {
        const path = "/apis/authentication.k8s.io/v1/tokenreviews";
        const answer = await client.json<TokenReview>({ method: "POST", path, body });
        return verdict(answer.status ?? {}, audience);
      } catch (error) {
        // What it calls no token at all, as an empty text, is refused like any other.
        if (hasCode(error, 400, 422)) return { ok: false, error: (error as Error).message };
        throw new Error(`the API server could not be asked whose the token is: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

function verdict(status: NonNullable<TokenReview["status"]>, audience: string): Awaited<ReturnType<TokenReviewer["review"]>> {
  if (status.authenticated !== true) {
    return { ok: false, error: `the API server does not accept the token${status.error ? `: ${status.error}` : ""}` };
  }
  // An API server that knows no audiences leaves the list out: then the token is for the API itself, not for us.
  if (!status.audiences?.includes(audience)) {
    return { ok: false, error: `the token is not meant for audience ${audience}` };
  }
  return parseServiceAccount(status.user?.username ?? "");
}
