import fc from "fast-check";
import { DURATION, of } from "./vocabulary.ts";

/** Fields of the mesh configuration that what is built depends on. */
export const MESH: fc.Arbitrary<object> = fc.record(
  {
    outboundTrafficPolicy: fc.record({ mode: of("ALLOW_ANY", "REGISTRY_ONLY") }),
    connectTimeout: DURATION,
    enableAutoMtls: fc.boolean(),
    rootNamespace: of("istio-system", "other"),
    accessLogFile: of("/dev/stdout", "/dev/stderr", ""),
    accessLogEncoding: of("TEXT", "JSON"),
    accessLogFormat: of(
      "%START_TIME% %REQ(:path)%\n",
      "plain",
      "%UNKNOWN%",
      "100%",
      '{"a":"%PROTOCOL%"}',
      '{"a":{"b":"%RESPONSE_CODE%"},"c":1}',
      "",
      "%REQ(X)",
      "[1]",
      "%DYNAMIC_METADATA(a)%",
    ),
  },
  { requiredKeys: [] },
);
