// Makes src/gen: TypeScript messages of the part of Envoy's API that fairlead speaks.
//
// The .proto files come with @grpc/grpc-js-xds (data only, never shipped). They are copied beside each other, because
// buf wants one tree, and the bundled validate.proto is older than the files that use it: the one option it lacks
// (StringRules.ignore_empty, field 26 in protoc-gen-validate 1.x) is declared here. The options are not generated.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const DEPS = resolve("node_modules/@grpc/grpc-js-xds/deps");
const TREE = resolve(".cache/proto");
// Made beside it and moved at the end, so that src/gen is never half there.
const OUT = resolve(".cache/gen");
const TARGET = resolve("src/gen");

const ENTRIES = [
  "envoy/admin/v3/certs.proto",
  "envoy/admin/v3/clusters.proto",
  "envoy/admin/v3/config_dump.proto",
  "envoy/config/accesslog/v3/accesslog.proto",
  "envoy/config/bootstrap/v3/bootstrap.proto",
  "envoy/config/cluster/v3/cluster.proto",
  "envoy/config/endpoint/v3/endpoint.proto",
  "envoy/config/listener/v3/listener.proto",
  "envoy/config/route/v3/route.proto",
  "envoy/data/dns/v3/dns_table.proto",
  "envoy/extensions/access_loggers/file/v3/file.proto",
  "envoy/extensions/access_loggers/stream/v3/stream.proto",
  "envoy/extensions/filters/common/fault/v3/fault.proto",
  "envoy/extensions/filters/http/cors/v3/cors.proto",
  "envoy/extensions/filters/http/fault/v3/fault.proto",
  "envoy/extensions/filters/http/grpc_stats/v3/config.proto",
  "envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto",
  "envoy/extensions/filters/http/lua/v3/lua.proto",
  "envoy/extensions/filters/http/on_demand/v3/on_demand.proto",
  "envoy/extensions/filters/http/router/v3/router.proto",
  "envoy/extensions/filters/http/set_filter_state/v3/set_filter_state.proto",
  "envoy/extensions/filters/listener/http_inspector/v3/http_inspector.proto",
  "envoy/extensions/filters/listener/original_dst/v3/original_dst.proto",
  "envoy/extensions/filters/listener/original_src/v3/original_src.proto",
  "envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol.proto",
  "envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.proto",
  "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto",
  "envoy/extensions/filters/network/set_filter_state/v3/set_filter_state.proto",
  "envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto",
  "envoy/extensions/matching/common_inputs/network/v3/network_inputs.proto",
  "envoy/extensions/retry/host/previous_hosts/v3/previous_hosts.proto",
  "envoy/extensions/router/cluster_specifiers/lua/v3/lua.proto",
  "envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer.proto",
  "envoy/extensions/transport_sockets/tls/v3/secret.proto",
  "envoy/extensions/transport_sockets/tls/v3/tls.proto",
  "envoy/extensions/upstreams/http/v3/http_protocol_options.proto",
  "envoy/service/discovery/v3/ads.proto",
  "envoy/service/discovery/v3/discovery.proto",
  "istio/v1/auth/ca.proto",
  "xds/type/matcher/v3/domain.proto",
  "xds/type/matcher/v3/ip.proto",
];

function collectProtos(): void {
  rmSync(TREE, { recursive: true, force: true });
  for (const root of readdirSync(DEPS)) {
    cpSync(join(DEPS, root), TREE, { recursive: true });
  }
  cpSync(resolve("tools/proto"), TREE, { recursive: true });
  const validate = join(TREE, "validate/validate.proto");
  const text = readFileSync(validate, "utf8");
  if (!text.includes("ignore_empty")) {
    writeFileSync(validate, text.replace("message StringRules {", "message StringRules {\n    optional bool ignore_empty = 26;"));
  }
}

function runBuf(): void {
  const template = {
    version: "v2",
    inputs: [{ directory: TREE, paths: ENTRIES.map((entry) => join(TREE, entry)) }],
    plugins: [
      {
        local: [process.execPath, resolve("node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es")],
        out: OUT,
        opt: ["target=ts", "import_extension=ts", "erasable_syntax=true"],
        include_imports: true,
        strategy: "all",
      },
    ],
  };
  const done = spawnSync("node_modules/.bin/buf", ["generate", "--template", JSON.stringify(template)], { stdio: "inherit" });
  if (done.status !== 0) {
    throw new Error(`buf generate ended with ${done.status ?? done.signal}`);
  }
}

collectProtos();
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
runBuf();
if (!existsSync(join(OUT, "envoy/service/discovery/v3/discovery_pb.ts"))) {
  throw new Error("buf generated nothing: the entry list and the protos do not fit together");
}
rmSync(TARGET, { recursive: true, force: true });
renameSync(OUT, TARGET);
