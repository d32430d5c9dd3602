import { create } from "@bufbuild/protobuf";
import { type FractionalPercent, FractionalPercent_DenominatorType, FractionalPercentSchema } from "../../gen/envoy/type/v3/percent_pb.ts";

const PER_PERCENT = 10_000;

/** A share in percent, as parts of a million. */
export function fractionalPercent(percent: number): FractionalPercent {
  return create(FractionalPercentSchema, {
    numerator: Math.round(percent * PER_PERCENT),
    denominator: FractionalPercent_DenominatorType.MILLION,
  });
}
