import { connect, createServer, type Server, type Socket } from "node:net";
import { addAbortSignal } from "node:stream";
import { framed, messagesOf } from "./dns-framing.ts";
import type { QueryHandling } from "./query-handling.ts";

/** Longer than a resolver keeps a connection. */
const IDLE_MS = 30_000;

/** One client's connection, and the one to the server that its first forwarded query opened. */
interface Conversation extends QueryHandling {
  readonly client: Socket;
  server: Socket | undefined;
  /** Queries that the server has not answered yet. */
  open: number;
  /** The client has sent its last query. */
  asked: boolean;
}

/** Queries over TCP (RFC 7766): any number on one connection, answered in the order in which the answers are there. */
export function connectionServer(handling: QueryHandling): Server {
  // A client may close its side behind its last query, and still waits for the answers.
  const server = createServer({ allowHalfOpen: true }, (client) => converse(client, handling));
  server.maxConnections = handling.mostAtOnce;
  server.on("error", (error) => handling.log.warn({ reason: error.message }, "captured DNS queries over TCP cannot be read"));
  return server;
}

function converse(client: Socket, handling: QueryHandling): void {
  const conversation: Conversation = { ...handling, client, server: undefined, open: 0, asked: false };
  limit(client, handling.stopped);
  client.on("close", () => conversation.server?.destroy());
  takeQueries(conversation).catch(() => client.destroy());
}

function limit(socket: Socket, stopped: AbortSignal): void {
  socket.on("error", () => socket.destroy());
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  addAbortSignal(stopped, socket);
}

async function takeQueries(conversation: Conversation): Promise<void> {
  const { client, localAnswer, ended } = conversation;
  // The last query is not the last answer: some versions of Node destroy what was read to its end unless they are told not to.
  for await (const query of messagesOf(client.iterator({ destroyOnReturn: false }))) {
    // It has been told that nothing more will be answered.
    if (!client.writable) continue;
    const own = localAnswer(query, "tcp");
    if (own === undefined) {
      await forward(conversation, query);
    } else {
      ended("answered");
      await send(client, own);
    }
  }
  conversation.asked = true;
  endIfDone(conversation);
}

/** A server that takes nothing holds up no other query, until more waits for it than a connection's buffer holds. */
async function forward(conversation: Conversation, query: Buffer): Promise<void> {
  conversation.open += 1;
  const server = conversation.server ?? dial(conversation);
  if (server === undefined) return hungUp(conversation);
  const going = send(server, query);
  if (server.writableNeedDrain) await going;
}

function dial(conversation: Conversation): Socket | undefined {
  const [first] = conversation.servers;
  if (first === undefined) return undefined;
  const server = connect({ ...first });
  conversation.server = server;
  limit(server, conversation.stopped);
  server.on("close", () => hungUp(conversation));
  takeAnswers(conversation, server).catch(() => server.destroy());
  return server;
}

async function takeAnswers(conversation: Conversation, server: Socket): Promise<void> {
  for await (const answer of messagesOf(server)) {
    // Nobody asked for it.
    if (conversation.open === 0) continue;
    conversation.open -= 1;
    conversation.ended("forwarded");
    await send(conversation.client, answer);
    endIfDone(conversation);
  }
}

/** A server may close when it has answered all; the next query dials again. Otherwise the client has to ask anew, on a new connection. */
function hungUp(conversation: Conversation): void {
  const { client, open, ended } = conversation;
  conversation.server = undefined;
  conversation.open = 0;
  if (open === 0) return;
  ended("unanswered", open);
  client.end();
}

function endIfDone({ asked, open, client }: Conversation): void {
  if (asked && open === 0) client.end();
}

/** Settles when the bytes have left, or never will: who reads slowly is not answered faster. */
function send(socket: Socket, message: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (socket.writable) socket.write(framed(message), () => resolve());
    else resolve();
  });
}
