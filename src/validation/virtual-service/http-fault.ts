import { fixedByValue } from "../../api/fix.ts";
import type { HttpFault } from "../../api/networking/http-action.ts";
import { GRPC_STATUS } from "../../base/grpc-status.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { deprecated } from "../check/deprecated.ts";
import { checkDuration } from "../check/duration.ts";
import { checkFinePercent, checkPercent } from "../check/percent.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

type Abort = NonNullable<HttpFault["abort"]>;
type Delay = NonNullable<HttpFault["delay"]>;

const checkGrpcStatus: Check<string> = (value, path) => {
  if (GRPC_STATUS.includes(value)) return [];
  const [found, meant] = [finding("badGrpcStatus", path, { value }), value.trim().toUpperCase().replaceAll(/[- ]/g, "_")];
  return [GRPC_STATUS.includes(meant) ? fixedByValue(found, meant) : found];
};

function checkStatus({ httpStatus, grpcStatus, http2Error }: Abort, path: string): readonly Finding[] {
  if (http2Error !== undefined) return [finding("faultNotMade", `${path}.http2Error`, { instead: "httpStatus or grpcStatus" })];
  const given = [httpStatus, grpcStatus].filter((status) => status !== undefined);
  if (given.length === 0) return [finding("abortEmpty", path, {})];
  if (given.length > 1) return [finding("onlyOne", path, { names: "httpStatus and grpcStatus" })];
  if (httpStatus !== undefined && (httpStatus < 200 || httpStatus > 599)) {
    return [finding("badStatus", `${path}.httpStatus`, { value: httpStatus, least: 200, most: 599 })];
  }
  return present(grpcStatus, `${path}.grpcStatus`, checkGrpcStatus);
}

const checkAbort: Check<Abort> = (abort, path) => [
  ...checkStatus(abort, path),
  ...present(abort.percentage?.value, `${path}.percentage.value`, checkFinePercent),
];

/** The old whole percentage; one that can be is moved to where the new one is free. */
function checkOldPercent(value: number, path: string, isTaken: boolean): readonly Finding[] {
  const bad = checkPercent(value, path);
  const moved = isTaken || bad.length > 0 ? undefined : { to: path.replace(/percent$/, "percentage"), value: { value } };
  return [...bad, deprecated(path, { instead: "percentage", moved })];
}

const checkDelay: Check<Delay> = ({ fixedDelay, exponentialDelay, percent, percentage }, path) => [
  ...(fixedDelay === undefined && exponentialDelay === undefined ? [finding("delayEmpty", path, {})] : []),
  ...present(fixedDelay, `${path}.fixedDelay`, checkDuration),
  ...present(exponentialDelay, `${path}.exponentialDelay`, (_, at) => [finding("faultNotMade", at, { instead: "fixedDelay" })]),
  ...present(percent, `${path}.percent`, (value, at) => checkOldPercent(value, at, percentage !== undefined)),
  ...present(percentage?.value, `${path}.percentage.value`, checkFinePercent),
];

const checkFault: Check<HttpFault> = ({ abort, delay }, path) => [
  ...(abort || delay ? [] : [finding("faultEmpty", path, {})]),
  ...present(abort, `${path}.abort`, checkAbort),
  ...present(delay, `${path}.delay`, checkDelay),
];

/** Faults that can be made: a known status, a duration, a share. */
export const virtualServiceHttpFault: Rule<"VirtualService"> = {
  id: "virtual-service/http-fault",
  kinds: ["VirtualService"],
  check: ({ spec }) => each(spec.http, "spec.http", (rule, path) => present(rule.fault, `${path}.fault`, checkFault)),
};
