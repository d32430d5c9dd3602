import { create } from "@bufbuild/protobuf";
import { DEFAULT_REDIRECT_CODE, type HttpRedirect, REDIRECT_CODES, type RedirectCode } from "../../api/networking/http-action.ts";
import {
  RedirectAction_RedirectResponseCode as Code,
  type RedirectAction,
  RedirectActionSchema,
} from "../../gen/envoy/config/route/v3/route_components_pb.ts";

const CODES: Readonly<Record<RedirectCode, Code>> = {
  301: Code.MOVED_PERMANENTLY,
  302: Code.FOUND,
  303: Code.SEE_OTHER,
  307: Code.TEMPORARY_REDIRECT,
  308: Code.PERMANENT_REDIRECT,
};

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

function port(redirect: HttpRedirect, calledPort: number): number | undefined {
  if (redirect.derivePort === "FROM_REQUEST_PORT") {
    return DEFAULT_PORTS[redirect.scheme ?? ""] === calledPort ? undefined : calledPort;
  }
  return redirect.port || undefined;
}

function path({ uri, prefixRewrite }: HttpRedirect): RedirectAction["pathRewriteSpecifier"] {
  if (prefixRewrite) {
    return { case: "prefixRewrite", value: prefixRewrite };
  }
  return uri ? { case: "pathRedirect", value: uri } : { case: undefined };
}

function codeOf({ redirectCode }: HttpRedirect): RedirectCode {
  return REDIRECT_CODES.find((code) => code === redirectCode) ?? DEFAULT_REDIRECT_CODE;
}

/** An answer that sends the caller elsewhere. `calledPort` is the port the request came to. */
export function redirectAction(redirect: HttpRedirect, calledPort: number): RedirectAction {
  const portRedirect = port(redirect, calledPort);
  return create(RedirectActionSchema, {
    ...(redirect.scheme && { schemeRewriteSpecifier: { case: "schemeRedirect", value: redirect.scheme } }),
    ...(redirect.authority && { hostRedirect: redirect.authority }),
    ...(portRedirect !== undefined && { portRedirect }),
    pathRewriteSpecifier: path(redirect),
    responseCode: CODES[codeOf(redirect)],
  });
}
