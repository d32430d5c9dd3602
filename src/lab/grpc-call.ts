import { connect } from "node:http2";

/** One message of two bytes: not compressed, length, `hi` (gRPC over HTTP/2, «Length-Prefixed-Message»). */
const MESSAGE = Buffer.from([0, 0, 0, 0, 2, 0x68, 0x69]);
const WITHIN_MS = 3000;

/** Makes one unary gRPC call over cleartext HTTP/2 and prints `grpc-status N`, from headers or trailers, or what went wrong. */
export async function callGrpc(address: string, authority: string): Promise<number> {
  const status = await new Promise<string>((resolve) => {
    const session = connect(`http://${address}`);
    const fail = (error: Error) => resolve(error.message);
    session.on("error", fail);
    const stream = session.request({
      ":method": "POST",
      ":path": "/demo.Echo/Say",
      ":authority": authority,
      "content-type": "application/grpc",
      te: "trailers",
    });
    const read = (headers: Readonly<Record<string, unknown>>) => {
      if (headers["grpc-status"] !== undefined) resolve(`grpc-status ${String(headers["grpc-status"])}`);
    };
    stream.on("response", read).on("trailers", read).on("error", fail);
    stream.on("close", () => resolve("closed without a status")).resume();
    stream.setTimeout(WITHIN_MS, () => resolve("no status in time"));
    stream.end(MESSAGE);
  });
  process.stdout.write(`${status}\n`);
  process.exit(0);
}
