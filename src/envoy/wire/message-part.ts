import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";

/** Some fields of a message, to be spread into the `create` that completes it. */
export type MessagePart<D extends DescMessage> = Exclude<MessageInitShape<D>, MessageShape<D>>;
