import { Duration } from "../dialect/duration.ts";
import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Nullable } from "../dialect/nullable.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned, Whole } from "../dialect/whole.ts";
import { DestinationSchema } from "./destination.ts";
import { HeadersSchema } from "./headers.ts";
import {
  CorsPolicySchema,
  HttpDirectResponseSchema,
  HttpFaultSchema,
  HttpRedirectSchema,
  HttpRetrySchema,
  HttpRewriteSchema,
  PercentSchema,
} from "./http-action.ts";
import { HttpMatchSchema } from "./http-match.ts";

export const HttpRouteDestinationSchema = Fields(
  "A destination and its share.",
  {
    destination: DestinationSchema,
    weight: Whole("Share of the traffic, relative to the other weights; default 100 where it is the only one, else 0."),
    headers: HeadersSchema,
  },
  { required: ["destination"] },
);

export type HttpRouteDestination = TypeOf<typeof HttpRouteDestinationSchema>;

const MirrorSchema = Fields(
  "A destination that gets a copy of requests; its answers are dropped.",
  { destination: DestinationSchema, percentage: PercentSchema },
  { required: ["destination"] },
);

export const HttpRouteSchema = Fields("A rule for HTTP requests; the first one that matches counts.", {
  name: Text("Name of the rule, which logs show."),
  match: ListOf("Alternatives, one of which must match; none means every request.", HttpMatchSchema),
  route: ListOf("Where matching requests go.", HttpRouteDestinationSchema),
  redirect: HttpRedirectSchema,
  directResponse: HttpDirectResponseSchema,
  delegate: Fields("Another VirtualService whose rules take the place of this one.", {
    name: Text("Name of the VirtualService."),
    namespace: Text("Its namespace; default the one of this resource."),
  }),
  rewrite: HttpRewriteSchema,
  timeout: Duration("Time a request may take, 1ms or more; default without limit."),
  retries: HttpRetrySchema,
  fault: HttpFaultSchema,
  mirror: DestinationSchema,
  mirrors: ListOf("Destinations that get copies of requests.", MirrorSchema),
  mirrorPercent: Nullable(Unsigned("Share of requests to copy in whole percent; write `mirrorPercentage` instead.")),
  mirror_percent: Nullable(Unsigned("Share of requests to copy in whole percent; write `mirrorPercentage` instead.")),
  mirrorPercentage: PercentSchema,
  corsPolicy: CorsPolicySchema,
  headers: HeadersSchema,
});

export type HttpRoute = TypeOf<typeof HttpRouteSchema>;
