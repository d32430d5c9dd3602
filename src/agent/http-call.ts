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
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly contentType: string;
  /** Where a redirect leads. */
  readonly location: string | undefined;
}

/** Rejects when there is no answer in time. */
export function callHttp(call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = {
      method: call.method ?? "GET",
      host: call.host,
      port: call.port,
      path: call.path,
      headers: call.headers ?? {},
      agent: false as const,
      signal: AbortSignal.timeout(call.timeoutMs),
      ...(call.from !== undefined && { localAddress: call.from }),
    };
    const onAnswer = (answer: IncomingMessage): void => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const contentType = answer.headers["content-type"] ?? "";
        const { location } = answer.headers;
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts), contentType, location });
      });
    };
    const sent = call.secure ? secureRequest({ ...options, rejectUnauthorized: false }, onAnswer) : request(options, onAnswer);
    sent.on("error", reject);
    sent.end();
  });
}
