import { err, ok, type Result } from "../base/result.ts";
import type { AdmissionRequest, RawObject } from "./admission-request.ts";

/** A body that is no AdmissionReview: the HTTP status, and one sentence. */
export interface BadBody {
  readonly status: number;
  readonly message: string;
  /** Of the request, where it could be read all the same: then it can be answered by a review. */
  readonly uid?: string;
}

/** Deeper objects than any manifest; beyond it recursion could end the process. */
const MAX_DEPTH = 400;

/** Reads a body into its request. Nothing of it is trusted but what is checked here. */
export function readReview(body: Buffer): Result<AdmissionRequest, BadBody> {
  if (depthOf(body) > MAX_DEPTH) return err({ status: 400, message: `the object nests deeper than ${MAX_DEPTH} levels`, ...uidOf(body) });
  const text = body.toString("utf8");
  const review = parse(text);
  if (!review.ok) return err({ status: 400, message: `the body is not JSON: ${review.error}` });
  const value = review.value;
  if (!isObject(value) || value.kind !== "AdmissionReview" || value.apiVersion !== "admission.k8s.io/v1") {
    return err({ status: 400, message: "the body must be an AdmissionReview of admission.k8s.io/v1" });
  }
  const { request } = value;
  if (!isObject(request)) return err({ status: 400, message: "the AdmissionReview has no request" });
  if (typeof request.uid !== "string" || request.uid === "") return err({ status: 400, message: "the request has no uid" });
  return ok(requestOf(request, request.uid));
}

/** The head of every body that an API server writes. */
const HEAD = /^\s*\{"kind":"AdmissionReview","apiVersion":"admission\.k8s\.io\/v1","request":\{"uid":"([\w-]{1,100})"/;

function uidOf(body: Buffer): { readonly uid?: string } {
  const uid = HEAD.exec(body.subarray(0, 300).toString("utf8"))?.[1];
  return uid === undefined ? {} : { uid };
}

function requestOf(request: RawObject, uid: string): AdmissionRequest {
  const kind = isObject(request.kind) ? request.kind : {};
  const resource = isObject(request.resource) ? request.resource : {};
  return {
    uid,
    group: text(kind.group),
    version: text(kind.version),
    kind: text(kind.kind),
    resource: text(resource.resource),
    operation: text(request.operation),
    namespace: text(request.namespace),
    name: text(request.name),
    ...(isObject(request.object) ? { object: request.object } : {}),
    ...(isObject(request.oldObject) ? { oldObject: request.oldObject } : {}),
  };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** What a square bracket lacks to be a curly one. */
const CURLY = 0x20;

/** Counts brackets outside of texts, before anything recursive sees the body. */
function depthOf(body: Buffer): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) at = endOfText(body, at);
    else if ((byte | CURLY) === OPEN) depth += 1;
    else if ((byte | CURLY) === CLOSE) depth -= 1;
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}

function endOfText(body: Buffer, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}

function parse(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch (cause) {
    return err(cause instanceof Error ? cause.message.slice(0, 120) : "unknown");
  }
}

function isObject(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
