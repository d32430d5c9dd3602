import { create } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import type { HttpDirectResponse } from "../../api/networking/http-action.ts";
import type { DataSource } from "../../gen/envoy/config/core/v3/base_pb.ts";
import { type DirectResponseAction, DirectResponseActionSchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";

function specifier(body: NonNullable<HttpDirectResponse["body"]>): DataSource["specifier"] {
  return body.bytes === undefined
    ? { case: "inlineString", value: body.string ?? "" }
    : { case: "inlineBytes", value: base64Decode(body.bytes) };
}

/** A fixed answer, given by the proxy itself. */
export function directResponse({ status, body }: HttpDirectResponse): DirectResponseAction {
  return create(DirectResponseActionSchema, { status, ...(body && { body: { specifier: specifier(body) } }) });
}
