// A gRPC client as an app has it: `node grpc-call.ts HOST:PORT` makes one unary call and prints the status code.
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";

const client = new Client(process.argv[2] ?? "", credentials.createInsecure());
const bytes = (value: Buffer): Buffer => value;
const deadline = Date.now() + 5000;
client.makeUnaryRequest("/demo.Echo/Say", bytes, bytes, Buffer.from("hi"), { deadline }, (error: ServiceError | null, answer?: Buffer) => {
  process.stdout.write(`${error ? error.code : 0} ${error ? error.details : answer?.toString()}\n`);
  client.close();
});
