import { connect as openSession } from "node:http2";
import { connect as dial } from "node:net";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** One `grpc.health.v1.Health/Check`. The gRPC library of the other calls cannot choose the address that it calls from. */
export interface HealthCall {
  readonly host: string;
  readonly port: number;
  readonly service: string;
  readonly userAgent: string;
  /** Source address. */
  readonly from: string | undefined;
  /** Ends the call. */
  readonly signal: AbortSignal;
}

/** `SERVING` in the protocol's enumeration. */
const SERVING = 1;
/** Before each message: whether it is compressed (never), and its length. */
const PREFIX_BYTES = 5;
/** Far more than any answer has. */
const MOST_BYTES = 65_536;

/** Undefined where the service serves, else why it is not taken to. Rejects when there is no answer. */
export function checkHealth(call: HealthCall): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const { host, port, from } = call;
    const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const createConnection = () => dial({ host, port, ...(from !== undefined && { localAddress: from }) });
    const session = openSession(`http://${authority}`, { createConnection });
    const parts: Buffer[] = [];
    let bytes = 0;
    let status: unknown;
    const stream = session.request(
      {
        ":method": "POST",
        ":path": "/grpc.health.v1.Health/Check",
        "content-type": "application/grpc",
        te: "trailers",
        "user-agent": call.userAgent,
      },
      { signal: call.signal },
    );
    const fail = (error: Error): void => {
      session.destroy();
      reject(error);
    };
    session.on("error", fail);
    stream.on("error", fail);
    // A call that fails at once has its status in the first headers.
    for (const event of ["response", "trailers"] as const) stream.on(event, (headers) => (status = headers["grpc-status"] ?? status));
    stream.on("data", (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes > MOST_BYTES) fail(new Error(`it answers with more than ${MOST_BYTES} bytes`));
    });
    stream.on("close", () => {
      session.destroy();
      resolve(verdict(status, Buffer.concat(parts)));
    });
    stream.end(framed(requestOf(call.service)));
  });
}

function requestOf(service: string): Uint8Array {
  const writer = new BinaryWriter();
  return service === "" ? writer.finish() : writer.tag(1, WireType.LengthDelimited).string(service).finish();
}

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Whatever the app says is an answer: it is read from an event, where nobody could catch what is thrown. */
function verdict(status: unknown, answer: Buffer): string | undefined {
  if (status !== "0") return status === undefined ? "it does not speak gRPC" : `gRPC status ${String(status)}`;
  const message = unframed(answer);
  const serving = message === undefined ? undefined : servingStatus(message);
  if (serving === undefined) return "its answer cannot be read";
  return serving === SERVING ? undefined : "not serving";
}

/** The one message of the answer; undefined where it is compressed, which nobody asked for, or is not as long as it says. */
function unframed(answer: Buffer): Buffer | undefined {
  if (answer.length < PREFIX_BYTES || answer[0] !== 0) return undefined;
  return answer.readUInt32BE(1) === answer.length - PREFIX_BYTES ? answer.subarray(PREFIX_BYTES) : undefined;
}

/** Undefined where the message is cut or is none. */
function servingStatus(message: Uint8Array): number | undefined {
  const reader = new BinaryReader(message);
  let status = 0;
  try {
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field === 1 && type === WireType.Varint) status = reader.int32();
      else reader.skip(type);
    }
  } catch {
    return undefined;
  }
  return reader.pos === reader.len ? status : undefined;
}
