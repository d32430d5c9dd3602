import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";

export const HeaderOperationsSchema = Fields("Changes of headers.", {
  set: MapOf("Headers to write, in place of what was there.", Text("Value.")),
  add: MapOf("Headers to append.", Text("Value.")),
  remove: ListOf("Headers to take out.", Text("Header name.")),
});

export type HeaderOperations = TypeOf<typeof HeaderOperationsSchema>;

export const HeadersSchema = Fields("Changes of the headers of requests and responses.", {
  request: HeaderOperationsSchema,
  response: HeaderOperationsSchema,
});

export type Headers = TypeOf<typeof HeadersSchema>;
