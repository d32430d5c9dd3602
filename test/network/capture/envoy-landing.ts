/** Bootstrap of an Envoy that takes what is led to 15001 and 15006, and answers with the place that was called before it was led there. */
export function landingBootstrap(): object {
  return { static_resources: { listeners: [landingListener(15001, false), landingListener(15006, true)] } };
}

const typed = (type: string, fields: object = {}): object => ({ "@type": `type.googleapis.com/envoy.${type}`, ...fields });
const socketAddress = (address: string, port: number): object => ({ socket_address: { address, port_value: port } });

/** `transparent` as TPROXY needs it: such a socket takes calls for any address. */
function landingListener(port: number, transparent: boolean): object {
  return {
    name: String(port),
    address: socketAddress("0.0.0.0", port),
    additional_addresses: [{ address: socketAddress("::", port) }],
    transparent,
    listener_filters: [{ name: "original_dst", typed_config: typed("extensions.filters.listener.original_dst.v3.OriginalDst") }],
    filter_chains: [{ filters: [{ name: "http", typed_config: answering(port) }] }],
  };
}

function answering(port: number): object {
  return typed("extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
    stat_prefix: String(port),
    // Closed as soon as it has been answered.
    delayed_close_timeout: "0s",
    route_config: {
      virtual_hosts: [{ name: "any", domains: ["*"], routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }] }],
    },
    local_reply_config: {
      body_format: {
        text_format_source: { inline_string: `${port} for %DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_LOCAL_PORT%\n` },
      },
    },
    http_filters: [{ name: "router", typed_config: typed("extensions.filters.http.router.v3.Router") }],
  });
}
