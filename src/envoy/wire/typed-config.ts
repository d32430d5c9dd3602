import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type Any, anyPack } from "@bufbuild/protobuf/wkt";

/** A message in the envelope that Envoy's extension points take. */
export function typedConfig<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Any {
  return anyPack(schema, create(schema, init));
}

/** The same, as the `config_type` of a filter and the like. */
export function configType<D extends DescMessage>(schema: D, init: MessageInitShape<D>): { case: "typedConfig"; value: Any } {
  return { case: "typedConfig", value: typedConfig(schema, init) };
}
