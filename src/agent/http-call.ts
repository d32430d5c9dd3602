import { type IncomingMessage, request } from "node:http";
import { request as secureRequest } from "node:https";

/** One HTTP request to this pod. */
export interface HttpCall {
  readonly method?: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates are not checked: kubelets do not check them for probes either. */
  readonly secure?: boolean;
  /** Source address. */
  readonly from?: string | undefined;
  readonly timeoutMs: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
  /** No more of the body is waited for. */
  readonly mostBytes?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly contentType: string;
  /** Where a redirect leads. */
  readonly location: string | undefined;
}

/** Rejects when there is no answer in time. The path goes out as it is. */
export function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const { mostBytes = Number.POSITIVE_INFINITY } = call;
  const timeout = AbortSignal.timeout(call.timeoutMs);
  return new Promise((resolve, reject) => {
    const options = {
      method: call.method ?? "GET",
      host: call.host,
      port: call.port,
      path: call.path,
      headers: call.headers ?? {},
      agent: false as const,
      signal: call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]),
      ...(call.from !== undefined && { localAddress: call.from }),
    };
    const onAnswer = (answer: IncomingMessage): void => {
      const parts: Buffer[] = [];
      let bytes = 0;
      const end = (): void => {
        const contentType = answer.headers["content-type"] ?? "";
        const { location } = answer.headers;
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts), contentType, location });
      };
      answer.on("data", (part: Buffer) => {
        bytes += part.length;
        parts.push(part);
        if (bytes < mostBytes) return;
        end();
        answer.destroy();
      });
      answer.on("error", reject);
      answer.on("end", end);
    };
    const sent = call.secure ? secureRequest({ ...options, rejectUnauthorized: false }, onAnswer) : request(options, onAnswer);
    sent.on("error", reject);
    sent.end();
  });
}
