import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type Any, anyPack } from "@bufbuild/protobuf/wkt";
import { mustFit } from "./message-fault.ts";

/**
 * A message in the envelope that Envoy's extension points take.
 * @throws {UnfitMessage} where Envoy would refuse it
 */
export function typedConfig<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Any {
  const message = create(schema, init);
  mustFit(schema, message);
  return anyPack(schema, message);
}

/** The same, as the `config_type` of a filter and the like. */
export function configType<D extends DescMessage>(schema: D, init: MessageInitShape<D>): { case: "typedConfig"; value: Any } {
  return { case: "typedConfig", value: typedConfig(schema, init) };
}
