import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from "express";
import { OWN_KINDS } from "../api/kinds.ts";
import type { AdmissionLog, AdmissionMetrics } from "./admission-metrics.ts";
import type { AdmissionAnswer, AdmissionRequest } from "./admission-request.ts";
import { type BadBody, readReview } from "./read-review.ts";
import { reviewResponse } from "./review-response.ts";

export type AdmissionHandler = (request: AdmissionRequest) => Promise<AdmissionAnswer>;

export interface AdmissionAppOptions {
  readonly injector: AdmissionHandler;
  readonly validator: AdmissionHandler;
  /** Looks at pods after every mutating webhook. */
  readonly verifier: AdmissionHandler;
  /** Whether the process can answer rightly: its sources have been read once. */
  readonly ready: () => boolean;
  readonly metrics: AdmissionMetrics;
  readonly log: AdmissionLog;
}

/** An UPDATE carries the object twice, and etcd holds up to 1.5 MB of one. */
const BODY_LIMIT = 8 * 1024 * 1024;

type Judged = { readonly request: AdmissionRequest; readonly answer: AdmissionAnswer };

/** The four paths; whatever comes in, a JSON answer goes out. */
export function admissionApp(options: AdmissionAppOptions): Express {
  const { metrics, log } = options;
  const app = express();
  app.disable("x-powered-by");
  // Nobody keeps an answer, and its mark is a hash over all of it.
  app.disable("etag");
  app.get("/ready", (_, response) => answerReady(response, options.ready()));
  const body = [requireJson, express.raw({ type: () => true, limit: BODY_LIMIT, inflate: false })];
  app.post(
    "/inject",
    body,
    review(options.injector, log, (judged) => countInjection(metrics, judged)),
  );
  app.post(
    "/validate",
    body,
    review(options.validator, log, (judged) => countValidation(metrics, judged)),
  );
  app.post(
    "/verify",
    body,
    review(options.verifier, log, (judged) => countVerification(metrics, judged)),
  );
  app.use((request, response) =>
    refuse(response, 404, `${request.method} ${request.path} is not served here; POST /inject, /validate or /verify`),
  );
  app.use(errorHandler(metrics, log));
  return app;
}

function review(handler: AdmissionHandler, log: AdmissionLog, count: (judged: Judged) => void): RequestHandler {
  return async (incoming: Request, response: Response) => {
    const read = readReview(Buffer.isBuffer(incoming.body) ? incoming.body : Buffer.alloc(0));
    if (!read.ok) {
      log.info({ path: incoming.path, status: read.error.status, problem: read.error.message }, "admission request not readable");
      answerBadBody(response, read.error);
      return;
    }
    const answer = await judge(handler, read.value, log);
    sendReview(response, reviewResponse(read.value.uid, answer));
    tryToCount(() => count({ request: read.value, answer }), log);
  };
}

/** What is only counted costs nobody an answer. */
function tryToCount(count: () => void, log: AdmissionLog): void {
  try {
    count();
  } catch (cause) {
    log.error({ err: cause }, "admission request not counted");
  }
}

/** By a review if there is a request to answer: of an HTTP error the API server tells its user nothing but the number. */
function answerBadBody(response: Response, { uid, status, message }: BadBody): void {
  if (uid === undefined) refuse(response, status, message);
  else sendReview(response, reviewResponse(uid, { allowed: false, code: status, message }));
}

/** Express's own `json` looks at what the caller accepts and has cached, at a sixth of what answering costs. */
function sendReview(response: Response, review: object): void {
  const body = Buffer.from(JSON.stringify(review));
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
}

/** A bug refuses this one request, with words for its user; the process goes on. */
async function judge(handler: AdmissionHandler, request: AdmissionRequest, log: AdmissionLog): Promise<AdmissionAnswer> {
  try {
    return await handler(request);
  } catch (cause) {
    const { uid, kind, namespace, name } = request;
    log.error({ err: cause, uid, kind, namespace, name }, "admission request failed");
    return { allowed: false, code: 500, message: `fairlead failed on this object; its log names the cause under uid ${uid}` };
  }
}

const requireJson: RequestHandler = (request, response, next) => {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") next();
  else refuse(response, 415, `content type "${type}" is not accepted; send application/json`);
};

function errorHandler(metrics: AdmissionMetrics, log: AdmissionLog): ErrorRequestHandler {
  return (cause: { status?: number; message?: string }, request, response, next) => {
    if (response.headersSent) {
      next(cause);
      return;
    }
    const status = cause.status ?? 500;
    tryToCount(() => metrics.count("galley_validation_http_error", { status: String(status) }), log);
    log.info({ path: request.path, status, err: cause }, "admission request not readable");
    refuse(response, status, status === 413 ? "the body is larger than 8 MiB" : status < 500 ? String(cause.message) : "internal error");
  };
}

function answerReady(response: Response, ready: boolean): void {
  response.status(ready ? 200 : 503).json({ ready });
}

function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error });
}

function countInjection(metrics: AdmissionMetrics, { answer }: Judged): void {
  metrics.count("sidecar_injection_requests_total");
  if (!answer.allowed) metrics.count("sidecar_injection_failure_total");
  else if (answer.patch === undefined) metrics.count("sidecar_injection_skip_total");
  else metrics.count("sidecar_injection_success_total");
}

function countVerification(metrics: AdmissionMetrics, { answer }: Judged): void {
  if (!answer.allowed) metrics.count("fairlead_broken_pods_refused_total");
  else if (answer.warnings !== undefined && answer.warnings.length > 0) metrics.count("fairlead_broken_pods_warned_total");
}

function countValidation(metrics: AdmissionMetrics, { request, answer }: Judged): void {
  metrics.count(answer.allowed ? "galley_validation_passed" : "galley_validation_failed", labelsOf(request));
}

const OTHER = { group: "other", version: "other", resource: "other" };

const resourceKey = (group: string, version: string, resource: string): string => `${group}/${version}/${resource}`;

const OWN_RESOURCES: ReadonlySet<string> = new Set(
  Object.values(OWN_KINDS).flatMap(({ group, versions, plural }) => versions.map((version) => resourceKey(group, version, plural))),
);

/** Whoever reaches the port may name a resource anything: only ours have numbers of their own, or their number would grow without end. */
function labelsOf({ group, version, resource }: AdmissionRequest): Readonly<Record<"group" | "version" | "resource", string>> {
  return OWN_RESOURCES.has(resourceKey(group, version, resource)) ? { group, version, resource } : OTHER;
}
