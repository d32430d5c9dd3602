import { AT_LEAST_1MS, atMostOne } from "../dialect/cel.ts";
import { Duration } from "../dialect/duration.ts";
import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Nullable } from "../dialect/nullable.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";
import { Decimal, Unsigned, Whole } from "../dialect/whole.ts";

const HttpCookieSchema = Fields(
  "Requests with the same cookie go to the same endpoint; the cookie is made where it is missing.",
  {
    name: Text("Name of the cookie."),
    path: Text("Path of the cookie."),
    ttl: Duration("Life of the cookie that is made; 0s makes one for the session."),
    attributes: ListOf(
      "Further attributes of the cookie that is made.",
      Fields("One attribute.", { name: Text("Name, as SameSite."), value: Text("Value; default none.") }, { required: ["name"] }),
    ),
  },
  { required: ["name"] },
);

const ConsistentHashSchema = Fields(
  "Requests that are alike go to the same endpoint.",
  {
    httpHeaderName: Text("Alike by this header."),
    httpCookie: HttpCookieSchema,
    useSourceIp: Flag("Alike by the address of the caller."),
    httpQueryParameterName: Text("Alike by this query parameter."),
    ringHash: Fields("Ring hash, spread by virtual nodes.", {
      minimumRingSize: Whole("Virtual nodes at the least; default 1024.", { minimum: 0 }),
    }),
    maglev: Fields("Maglev hash.", {
      tableSize: Whole("Size of the table, a prime below 5000011, such as 65537; must be there.", { minimum: 0 }),
    }),
    minimumRingSize: Whole("Virtual nodes at the least; write ringHash.minimumRingSize instead.", { minimum: 0 }),
  },
  {
    rules: [atMostOne("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"), atMostOne("ringHash", "maglev")],
  },
);

const failing = {
  failover: ListOf(
    "Where traffic of a region goes when its endpoints fail.",
    Fields("One region and its stand-in.", { from: Text("Region that failed."), to: Text("Region that takes over.") }),
  ),
  failoverPriority: ListOf("Labels by which endpoints that are like the caller come first.", Text("Label, or label=value.")),
};

export const LocalitySchema = Fields("Which places are preferred, and where traffic goes when a place fails.", {
  distribute: ListOf(
    "Shares for the traffic of a place.",
    Fields("Shares for one place of origin.", {
      from: Text("Place of the caller, as `region/zone/*`."),
      to: MapOf("Place of the endpoints → share in percent; together 100.", Unsigned("Share in percent.")),
    }),
  ),
  ...failing,
  enabled: Nullable(Flag("Switches this on or off; default what the mesh configuration says.")),
});

const ZoneAwareSchema = Fields("Prefers endpoints of the caller's zone, by how many there are of each.", {
  enabled: Nullable(Flag("Switches this on or off; default off.")),
  ...failing,
  minClusterSize: Nullable(
    Whole("Endpoints that the region must have at the least; with fewer, zones are not looked at; default 6.", {
      minimum: 1,
      maximum: 4294967295,
    }),
  ),
});

const BackendUtilizationSchema = Fields("Endpoints that report less load get more requests.", {
  weightStabilizationPeriod: Duration("Time after its first report until an endpoint's report counts; default 10s."),
  weightExpirationPeriod: Duration("Time without a report after which the last one no longer counts; default 3m."),
  weightUpdatePeriod: Duration("Time between two computations of the shares; default 1s."),
  errorUtilizationPenaltyPercent: Unsigned("Load that an endpoint's errors are counted as, in percent of the rate of errors; default 100."),
  metricNamesForComputingUtilization: ListOf("Reported metrics that the load is taken from; default the CPU.", Text("Name of a metric.")),
});

export const LoadBalancerSchema = Fields(
  "How one of several endpoints is chosen.",
  {
    simple: StringEnum("Default LEAST_REQUEST; PASSTHROUGH sends to the address the caller asked for.", [
      "UNSPECIFIED",
      "LEAST_CONN",
      "RANDOM",
      "PASSTHROUGH",
      "ROUND_ROBIN",
      "LEAST_REQUEST",
    ]),
    consistentHash: ConsistentHashSchema,
    backendUtilization: BackendUtilizationSchema,
    localityLbSetting: LocalitySchema,
    zoneAwareLbSetting: ZoneAwareSchema,
    warmupDurationSecs: Duration("Time in which a new endpoint is brought to its full share, 1ms or more; write `warmup` instead.", [
      AT_LEAST_1MS,
    ]),
    warmup: Fields(
      "New endpoints get their full share step by step.",
      {
        duration: Duration("Time until the full share, 1ms or more.", [AT_LEAST_1MS]),
        minimumPercent: Nullable(Decimal("Share at the start, in percent; default 10.", { minimum: 0, maximum: 100 })),
        aggression: Nullable(Decimal("Speed of growth, 1 or more: 1 is even, more is fast first; default 1.", { minimum: 1 })),
      },
      { required: ["duration"] },
    ),
  },
  { rules: [atMostOne("simple", "consistentHash", "backendUtilization"), atMostOne("localityLbSetting", "zoneAwareLbSetting")] },
);

export type LoadBalancer = TypeOf<typeof LoadBalancerSchema>;
