import type { CommandResult } from "../run-command.ts";
import { HOST, MAIL, MAIL_HOST, WEB } from "./demo-objects.ts";

/** One kind of request that the app makes, and how to read what came back. */
export interface DemoCall {
  readonly asked: string;
  /** Address and port that the app connects to: names its line in the access log. */
  readonly called: string;
  /** What runs in the app's container. */
  readonly script?: string;
  /** Instead of a script: a role of `runLabProcess`, run as one more app in the pod's network. */
  readonly client?: readonly string[];
  readonly read: (result: CommandResult) => Answer;
}

/** What came back, in words, and whether the outside server answered. */
export interface Answer {
  readonly back: string;
  readonly answered: boolean;
}

const CURL = "curl -sS -k --max-time 3 -o /dev/null -w '%{http_code}'";

export const CALLS: readonly DemoCall[] = [
  { asked: `GET http://${HOST}/`, called: `${WEB}:80`, script: `${CURL} http://${HOST}/`, read: readStatus },
  { asked: `GET https://${HOST}/`, called: `${WEB}:443`, script: `${CURL} https://${HOST}/`, read: readStatus },
  {
    asked: `HTTP/2 GET http://${HOST}:8080/`,
    called: `${WEB}:8080`,
    script: `${CURL} --http2-prior-knowledge http://${HOST}:8080/`,
    read: readStatus,
  },
  {
    asked: `gRPC ${HOST}:9000 Echo`,
    called: `${WEB}:9000`,
    client: ["grpc", `${WEB}:9000`, `${HOST}:9000`],
    read: readGrpc,
  },
  {
    asked: `TCP ${MAIL_HOST}:7000 «ping»`,
    called: `${MAIL}:7000`,
    script: `(echo ping; sleep 0.2) | nc -w 2 ${MAIL_HOST} 7000`,
    read: readBytes,
  },
  {
    asked: `TCP ${MAIL_HOST}:25, server speaks first`,
    called: `${MAIL}:25`,
    script: `sleep 1 | nc -w 2 ${MAIL_HOST} 25`,
    read: readBytes,
  },
];

function readStatus({ code, stdout, stderr }: CommandResult): Answer {
  const status = Number(stdout);
  if (code !== 0 || status === 0) return { back: `no answer (${shortError(stderr) || `exit ${code}`})`, answered: false };
  return { back: String(status), answered: status < 400 };
}

function readGrpc({ stdout }: CommandResult): Answer {
  const status = /^grpc-status (\d+)/.exec(stdout)?.[1];
  if (status === undefined) return { back: `no answer (${stdout.trim()})`, answered: false };
  return { back: `grpc-status ${status}${status === "14" ? " UNAVAILABLE" : ""}`, answered: status === "0" };
}

function readBytes({ stdout }: CommandResult): Answer {
  const line = stdout.split("\n")[0]?.trim() ?? "";
  return line === "" ? { back: "closed without a byte", answered: false } : { back: `«${line}»`, answered: true };
}

function shortError(text: string): string {
  return (
    text
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^curl: /, "")
      .slice(0, 48) ?? ""
  );
}
