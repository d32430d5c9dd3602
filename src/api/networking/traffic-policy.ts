import { AT_LEAST_1MS } from "../dialect/cel.ts";
import { Duration } from "../dialect/duration.ts";
import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Nullable } from "../dialect/nullable.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";
import { Decimal, Unsigned, Whole } from "../dialect/whole.ts";
import { ConnectionPoolSchema } from "./connection-pool.ts";
import { PortSelectorSchema } from "./destination.ts";
import { LoadBalancerSchema } from "./load-balancer.ts";
import { ClientTlsSchema } from "./tls-settings.ts";

export const OutlierDetectionSchema = Fields("When an endpoint that fails gets no traffic for a while.", {
  consecutiveErrors: Whole("No longer used; write consecutive5xxErrors or consecutiveGatewayErrors."),
  splitExternalLocalOriginErrors: Flag("Count failures to connect apart from errors that the service answers; default false."),
  consecutiveLocalOriginFailures: Nullable(Unsigned("Failures to connect in a row; default 5.")),
  consecutiveGatewayErrors: Nullable(Unsigned("Answers 502, 503 or 504 in a row; 0 switches it off; default off.")),
  consecutive5xxErrors: Nullable(Unsigned("Answers of 500 and above in a row; 0 switches it off; default 5.")),
  interval: Duration("Time between two looks, 1ms or more; default 10s.", [AT_LEAST_1MS]),
  baseEjectionTime: Duration("Time without traffic, times how often it happened, 1ms or more; default 30s.", [AT_LEAST_1MS]),
  maxEjectionPercent: Whole("Share of the endpoints that may be without traffic, in percent; default 10."),
  minHealthPercent: Whole("Share of healthy endpoints below which failing ones get traffic again, in percent; default 0."),
  outlierDetectionHttpErrorCodes: ListOf(
    "Statuses that count as errors; default 500 and above.",
    Whole("HTTP status, 100 to 599.", { minimum: 100, maximum: 599 }),
  ),
  failurePercentageThreshold: Nullable(
    Whole("Share of failed requests from which on an endpoint gets no traffic, in percent; 0 switches it off; default off.", {
      minimum: 0,
      maximum: 100,
    }),
  ),
});

export type OutlierDetection = TypeOf<typeof OutlierDetectionSchema>;

const perPort = {
  loadBalancer: LoadBalancerSchema,
  connectionPool: ConnectionPoolSchema,
  outlierDetection: OutlierDetectionSchema,
  tls: ClientTlsSchema,
};

export const PortTrafficPolicySchema = Fields("Policy for one port; it replaces the one of the service, nothing is merged.", {
  port: PortSelectorSchema,
  ...perPort,
});

export type PortTrafficPolicy = TypeOf<typeof PortTrafficPolicySchema>;

export const TrafficPolicySchema = Fields("How connections to the service are made.", {
  ...perPort,
  portLevelSettings: ListOf("Policies for single ports.", PortTrafficPolicySchema, { maxItems: 4096 }),
  tunnel: Fields(
    "Carry TCP through a tunnel that an HTTP proxy makes.",
    {
      protocol: Text("CONNECT or POST; default CONNECT."),
      targetHost: Text("Host that the proxy connects to."),
      targetPort: Unsigned("Port that the proxy connects to."),
    },
    { required: ["targetHost", "targetPort"] },
  ),
  proxyProtocol: Fields("Tell the service the caller's address by the PROXY protocol.", {
    version: StringEnum("Version of the protocol; default V1.", ["V1", "V2"]),
  }),
  retryBudget: Fields("Limits retries in relation to the requests in work.", {
    percent: Nullable(Decimal("Retries at the same time, in percent of the requests; default 20.", { minimum: 0, maximum: 100 })),
    minRetryConcurrency: Unsigned("Retries that are allowed anyhow; default 3."),
    budgetInterval: Duration("Time over which requests are counted for the budget; default: those in work just now."),
  }),
});

export type TrafficPolicy = TypeOf<typeof TrafficPolicySchema>;
