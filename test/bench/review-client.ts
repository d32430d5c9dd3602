import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";

/** One connection to a webhook, kept open; as little work as can be, for it shares the machine with what is measured. */
export interface ReviewClient {
  /** Sends a request as it is and resolves with the body of the answer. One at a time. */
  ask(request: Buffer): Promise<string>;
  close(): void;
}

/** The bytes of a POST. */
export function postOf(path: string, body: string): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nhost: fairlead\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

export async function connectReviewClient(to: {
  readonly port: number;
  readonly ca: string;
  readonly name: string;
}): Promise<ReviewClient> {
  const socket = connect({ host: "127.0.0.1", port: to.port, ca: to.ca, servername: to.name });
  await once(socket, "secureConnect");
  socket.setNoDelay(true);
  const answers = answersOf(socket);
  return {
    ask: (request) => {
      const answer = answers();
      socket.write(request);
      return answer;
    },
    close: () => void socket.destroy(),
  };
}

interface Waiting {
  readonly resolve: (body: string) => void;
  readonly reject: (error: Error) => void;
}

function answersOf(socket: TLSSocket): () => Promise<string> {
  let waiting: Waiting | undefined;
  let got = "";
  const fail = (error: Error): void => waiting?.reject(error);
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the webhook closed the connection")));
  socket.on("data", (part: Buffer) => {
    got += part.toString("latin1");
    const body = bodyOf(got);
    if (body === undefined) return;
    got = "";
    const done = waiting;
    waiting = undefined;
    done?.resolve(body);
  });
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
}

/** The body, once all of it is there. */
function bodyOf(answer: string): string | undefined {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const length = /^content-length: *(\d+)/im.exec(answer.slice(0, headEnd))?.[1];
  if (!answer.startsWith("HTTP/1.1 200 ") || length === undefined) throw new Error(`no answer of a webhook: ${answer.slice(0, 200)}`);
  const body = answer.slice(headEnd + 4);
  return body.length < Number(length) ? undefined : body;
}
