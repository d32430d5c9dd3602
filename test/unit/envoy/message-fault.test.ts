import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { messageFault } from "../../../src/envoy/wire/message-fault.ts";
import { wireDuration } from "../../../src/envoy/wire/wire-duration.ts";
import { ClusterSchema } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import { SocketAddressSchema } from "../../../src/gen/envoy/config/core/v3/address_pb.ts";
import { HeaderValueOptionSchema } from "../../../src/gen/envoy/config/core/v3/base_pb.ts";
import { LbEndpointSchema } from "../../../src/gen/envoy/config/endpoint/v3/endpoint_components_pb.ts";
import {
  DirectResponseActionSchema,
  HeaderMatcherSchema,
  RouteActionSchema,
  RouteMatchSchema,
  RouteSchema,
  VirtualHostSchema,
  WeightedClusterSchema,
} from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { RegexMatchAndSubstituteSchema, RegexMatcherSchema } from "../../../src/gen/envoy/type/matcher/v3/regex_pb.ts";
import { clusterInput } from "./samples.ts";

const portAt = (value: number) => ({ address: "10.0.0.1", portSpecifier: { case: "portValue", value } }) as const;
const substitution = (regex: string, text: string) => ({ pattern: { regex }, substitution: text });
const header = (value: string) => ({ header: { key: "x-a", value } });
const weights = (...list: number[]) => ({ clusters: list.map((weight) => ({ name: "a", weight })) });
const backoff = (base: string) => ({
  clusterSpecifier: { case: "cluster", value: "a" } as const,
  retryPolicy: { retryBackOff: { baseInterval: wireDuration(base) } },
});

function faultOf<D extends DescMessage>([schema, init]: readonly [D, MessageInitShape<D>]): string | undefined {
  return messageFault(schema, create(schema, init));
}

// biome-ignore lint/suspicious/noExplicitAny: messages of many types
const REFUSED: readonly (readonly [string, any, unknown, RegExp])[] = [
  ["a port past 65535", SocketAddressSchema, portAt(70000), /port_value 70000 is out of bounds/],
  ["an empty address", SocketAddressSchema, { ...portAt(80), address: "" }, /address is empty/],
  ["no port", SocketAddressSchema, { address: "10.0.0.1" }, /port_specifier is missing/],
  ["a weight of 0", LbEndpointSchema, { loadBalancingWeight: 0 }, /load_balancing_weight 0 is out of bounds/],
  ["a connect timeout of 0s", ClusterSchema, { name: "a", connectTimeout: wireDuration("0s") }, /connect_timeout 0s is out of bounds/],
  ["a negative timeout", RouteActionSchema, { ...backoff("1s"), timeout: wireDuration("-1s") }, /timeout -1s is out of bounds/],
  ["a backoff of 0s", RouteActionSchema, backoff("0s"), /base_interval 0s/],
  ["an expression that is none", RouteMatchSchema, { pathSpecifier: { case: "safeRegex", value: { regex: "[" } } }, /missing closing/],
  ["an empty expression", RegexMatcherSchema, { regex: "" }, /regex is empty/],
  ["a header name with a newline", HeaderMatcherSchema, { name: "a\nb" }, /name "a\\nb" does not fit/],
  ["a percent sign that begins nothing", HeaderValueOptionSchema, header("50% off"), /x-a: a percent sign begins no %COMMAND%/],
  ["a group that is not there", RegexMatchAndSubstituteSchema, substitution("^/(a)$", "\\2"), /refers to a group/],
  ["a backslash before a letter", RegexMatchAndSubstituteSchema, substitution("^/(a)$", "\\n"), /refers to a group/],
  ["weights past 32 bits", WeightedClusterSchema, weights(4294967295, 1), /weights sum up/],
  ["a status that is none", DirectResponseActionSchema, { status: 42 }, /status 42/],
  [
    "a body past a megabyte",
    DirectResponseActionSchema,
    { status: 200, body: { specifier: { case: "inlineString", value: "x".repeat(1024 * 1024 + 1) } } },
    /too long/,
  ],
  [
    "both ways to rewrite a path",
    RouteActionSchema,
    { ...backoff("1s"), prefixRewrite: "/", regexRewrite: substitution("a", "b") },
    /rewritten twice/,
  ],
  ["a host without domains", VirtualHostSchema, { name: "a", domains: [] }, /domains has too few items/],
  ["a route without an action", RouteSchema, { match: { pathSpecifier: { case: "prefix", value: "/" } } }, /action is missing/],
];

test.each(REFUSED)("refused: %s", (_, schema, init, fault) => {
  expect(faultOf([schema, init as never])).toMatch(fault);
});

const TAKEN: readonly (readonly [string, DescMessage, unknown])[] = [
  ["a header with a command", HeaderValueOptionSchema, header("%DOWNSTREAM_REMOTE_ADDRESS% and 5%% of %REQ(X-A?X-B):10%")],
  ["a group that is there", RegexMatchAndSubstituteSchema, substitution("^/([(])(?:x)(?P<n>a)$", "\\0\\2\\\\")],
  ["alternatives that were not chosen", RouteMatchSchema, { pathSpecifier: { case: "prefix", value: "" } }],
];

test.each(TAKEN)("taken: %s", (_, schema, init) => {
  expect(faultOf([schema, init as never])).toBeUndefined();
});

test("a fault deep inside is found and named", () => {
  const policy = { outlierDetection: { maxEjectionPercent: 250 } };
  expect(messageFault(ClusterSchema, buildServiceCluster(clusterInput({ policy })))).toBe(
    "Cluster.outlier_detection OutlierDetection.max_ejection_percent 250 is out of bounds",
  );
});
