import type { TokenReviewer } from "../../api/store.ts";
import { parseServiceAccount } from "../service-account-name.ts";
import type { ApiClient } from "./api-client.ts";

interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: { readonly username?: string };
    readonly error?: string;
  };
}

/** Asks the API server whose a token is, by TokenReview. It also refuses tokens of pods that are gone. */
export function createKubernetesTokenReviewer(client: ApiClient): TokenReviewer {
  return {
    review: async (token, audience) => {
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token, audiences: [audience] } };
      let answer: TokenReview;
      try {
        answer = await client.json<TokenReview>({ method: "POST", path: "/apis/authentication.k8s.io/v1/tokenreviews", body });
      } catch (error) {
        return { ok: false, error: `the API server could not be asked whose the token is: ${(error as Error).message}` };
      }
      return verdict(answer.status ?? {}, audience);
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
