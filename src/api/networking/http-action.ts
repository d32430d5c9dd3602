import { AT_LEAST_1MS, atMostOne } from "../dialect/cel.ts";
import { Duration } from "../dialect/duration.ts";
import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Nullable } from "../dialect/nullable.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";
import { Decimal, Unsigned, Whole } from "../dialect/whole.ts";
import { StringMatchSchema } from "./string-match.ts";

export const PercentSchema = Fields("A share in percent.", { value: Decimal("0 to 100; 0.1 is one in a thousand.") });

export type Percent = TypeOf<typeof PercentSchema>;

/** Statuses of a redirect that Envoy can answer with. */
export const REDIRECT_CODES = [301, 302, 303, 307, 308] as const;

export type RedirectCode = (typeof REDIRECT_CODES)[number];

/** What is answered where none is written, or one that is not among these. */
export const DEFAULT_REDIRECT_CODE: RedirectCode = 301;

export const HttpRedirectSchema = Fields(
  "Answer with a redirect.",
  {
    uri: Text("Path of the new address; default that of the request."),
    prefixRewrite: Text("Replaces the part of the path that the prefix matched."),
    authority: Text("Host of the new address; default that of the request."),
    port: Unsigned("Port of the new address; default that of `derivePort`."),
    derivePort: StringEnum("Port of the new address: that of the scheme, or that of the request; default FROM_PROTOCOL_DEFAULT.", [
      "FROM_PROTOCOL_DEFAULT",
      "FROM_REQUEST_PORT",
    ]),
    scheme: Text("http or https; default that of the request."),
    redirectCode: Unsigned("Status to answer with, 301, 302, 303, 307 or 308; default 301."),
  },
  { rules: [atMostOne("port", "derivePort")] },
);

export type HttpRedirect = TypeOf<typeof HttpRedirectSchema>;

export const HttpDirectResponseSchema = Fields(
  "Answer with a fixed response.",
  {
    status: Unsigned("Status to answer with."),
    body: Fields(
      "Body to answer with; default none.",
      { string: Text("Body as text."), bytes: Text("Body in base64.", { format: "byte" }) },
      { rules: [atMostOne("string", "bytes")] },
    ),
  },
  { required: ["status"] },
);

export type HttpDirectResponse = TypeOf<typeof HttpDirectResponseSchema>;

export const HttpRewriteSchema = Fields("Change path and host before the request is sent on.", {
  uri: Text("Replaces the path, or the part that the prefix matched."),
  authority: Text("Replaces the host."),
  uriRegexRewrite: Fields("Replaces the path by a regular expression.", {
    match: Text("Regular expression, in RE2's syntax."),
    rewrite: Text("What to write, with \\1 to \\9 for the groups."),
  }),
});

export type HttpRewrite = TypeOf<typeof HttpRewriteSchema>;

export const HttpRetrySchema = Fields("When a request that failed is sent again.", {
  attempts: Whole("Times it is sent again; 0 switches it off; default 2."),
  perTryTimeout: Duration("Time one attempt may take, 1ms or more; default the timeout of the route.", [AT_LEAST_1MS]),
  retryOn: Text("Conditions of Envoy and status numbers, with commas; default connect-failure,refused-stream,unavailable,cancelled."),
  retryRemoteLocalities: Nullable(Flag("Whether other places may be asked; default false.")),
  retryIgnorePreviousHosts: Nullable(Flag("Whether endpoints that failed are left out; default true.")),
  backoff: Duration("Time before the first retry, 1ms or more; default 25ms.", [AT_LEAST_1MS]),
});

export type HttpRetry = TypeOf<typeof HttpRetrySchema>;

export const HttpFaultSchema = Fields("Errors made on purpose, to see how callers bear them.", {
  delay: Fields(
    "Requests that wait.",
    {
      percent: Whole("Share in whole percent; write `percentage` instead."),
      fixedDelay: Duration("Time to wait, 1ms or more.", [AT_LEAST_1MS]),
      exponentialDelay: Duration("Mean time to wait; not supported, write `fixedDelay` instead.", [AT_LEAST_1MS]),
      percentage: PercentSchema,
    },
    { rules: [atMostOne("fixedDelay", "exponentialDelay")] },
  ),
  abort: Fields(
    "Requests that fail.",
    {
      httpStatus: Whole("Status to answer with, 200 to 599."),
      grpcStatus: Text("gRPC status to answer with, as UNAVAILABLE."),
      http2Error: Text("HTTP/2 error to answer with; write `httpStatus` or `grpcStatus` instead."),
      percentage: PercentSchema,
    },
    { rules: [atMostOne("httpStatus", "grpcStatus", "http2Error")] },
  ),
});

export type HttpFault = TypeOf<typeof HttpFaultSchema>;

export const CorsPolicySchema = Fields("Which pages of other origins browsers may let call.", {
  allowOrigin: ListOf("Origins; write `allowOrigins` instead.", Text("Origin.")),
  allowOrigins: ListOf("Origins that are allowed.", StringMatchSchema),
  allowMethods: ListOf("Methods that are allowed.", Text("Method.")),
  allowHeaders: ListOf("Request headers that are allowed.", Text("Header name.")),
  exposeHeaders: ListOf("Response headers that pages may read.", Text("Header name.")),
  maxAge: Duration("Time a browser may remember the answer, 1s or more, in whole seconds."),
  allowCredentials: Nullable(Flag("Whether cookies may be sent; default false.")),
  unmatchedPreflights: StringEnum("What happens to a preflight of another origin; default FORWARD.", ["UNSPECIFIED", "FORWARD", "IGNORE"]),
});

export type CorsPolicy = TypeOf<typeof CorsPolicySchema>;
