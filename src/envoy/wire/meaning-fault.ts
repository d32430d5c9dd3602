import type { Message } from "@bufbuild/protobuf";
import { regexFault } from "../../base/regex.ts";
import { rewriteFault } from "../../base/regex-rewrite.ts";
import { formatFault } from "../../base/substitution-format.ts";
import type { HeaderValueOption } from "../../gen/envoy/config/core/v3/base_pb.ts";
import type { DirectResponseAction, RouteAction, WeightedCluster } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import type { RegexMatchAndSubstitute, RegexMatcher } from "../../gen/envoy/type/matcher/v3/regex_pb.ts";

const MAX_WEIGHT = 0xffff_ffff;
const MAX_BODY = 1024 * 1024;

function headerFault({ header }: HeaderValueOption): string | undefined {
  const fault = header && formatFault(header.value);
  return fault && `header ${header.key}: ${fault}`;
}

function substitutionFault({ pattern, substitution }: RegexMatchAndSubstitute): string | undefined {
  const fault = rewriteFault(pattern?.regex ?? "", substitution);
  return fault && `substitution: ${fault}`;
}

function weightFault({ clusters }: WeightedCluster): string | undefined {
  const sum = clusters.reduce((total, { weight }) => total + (weight ?? 0), 0);
  return sum > 0 && sum <= MAX_WEIGHT ? undefined : `weights sum up to ${sum}`;
}

function bodyFault({ body }: DirectResponseAction): string | undefined {
  const { specifier } = body ?? {};
  const size = specifier?.case === "inlineString" || specifier?.case === "inlineBytes" ? Buffer.byteLength(specifier.value) : 0;
  return size > MAX_BODY ? `body of ${size} bytes is too long` : undefined;
}

const twiceRewritten = ({ prefixRewrite, regexRewrite }: RouteAction): string | undefined =>
  prefixRewrite !== "" && regexRewrite !== undefined ? "the path is rewritten twice" : undefined;

/** What Envoy refuses beyond the rules of its `.proto` files, by the type of the message. */
export function meaningFault(typeName: string, message: Message): string | undefined {
  switch (typeName) {
    case "envoy.type.matcher.v3.RegexMatcher":
      return regexFault((message as RegexMatcher).regex);
    case "envoy.type.matcher.v3.RegexMatchAndSubstitute":
      return substitutionFault(message as RegexMatchAndSubstitute);
    case "envoy.config.core.v3.HeaderValueOption":
      return headerFault(message as HeaderValueOption);
    case "envoy.config.route.v3.WeightedCluster":
      return weightFault(message as WeightedCluster);
    case "envoy.config.route.v3.RouteAction":
      return twiceRewritten(message as RouteAction);
    case "envoy.config.route.v3.DirectResponseAction":
      return bodyFault(message as DirectResponseAction);
    default:
      return undefined;
  }
}
