/** What `--help` says of commands whose arguments are Istio's and are read by the part that needs them. */
export const AGENT_USAGE = `
Arguments (those of Istio's pilot-agent):
  proxy sidecar|router   start Envoy, and serve it configuration and certificates until TERM
      --domain <name>                   DNS domain of the pod, as default.svc.cluster.local
      --concurrency <n>                 worker threads of Envoy; 0: one a CPU
      --proxyLogLevel <level>           log level of Envoy
      --proxyComponentLogLevel <list>   log levels of parts of Envoy, as http:debug
      --log_output_level <levels>       log level of the agent, as default:info
  istio-iptables …       write the redirection; see fairlead iptables --help
  request METHOD PATH    ask Envoy's administration, as "request POST drain"
      --debug-port <port>               ask another port of the pod, as 15020
  version                print the version

All else comes from the environment that the injector writes.`;

export const IPTABLES_USAGE = `
Flags (those of Istio's istio-iptables):
  -p, --envoy-port <port>                           where outbound traffic is led (15001)
  -z, --inbound-capture-port <port>                 where inbound traffic is led (15006)
  -u, --proxy-uid <ids>                             users whose traffic is left alone (1337)
  -g, --proxy-gid <ids>                             groups whose traffic is left alone (those of -u)
  -m, --istio-inbound-interception-mode <mode>      REDIRECT or TPROXY
  -i, --istio-service-cidr <ranges>                 outbound ranges that are led, "*" for all
  -x, --istio-service-exclude-cidr <ranges>         outbound ranges that are not
  -b, --istio-inbound-ports <ports>                 inbound ports that are led, "*" for all
  -d, --istio-local-exclude-ports <ports>           inbound ports that are not
  -q, --istio-outbound-ports <ports>                outbound ports that are led whatever their range, "*" for all
  -o, --istio-local-outbound-ports-exclude <ports>  outbound ports that are not
  -k, --kube-virt-interfaces <names>                interfaces whose inbound traffic counts as outbound
  -c, --istio-exclude-interfaces <names>            interfaces that are left alone
      --redirect-dns, --capture-all-dns             lead DNS to the agent
      --drop-invalid                                drop packets of no known connection
  -n, --dry-run                                     print the restore text and change nothing
      --cleanup                                     take away what an earlier run wrote

It needs root with NET_ADMIN and NET_RAW, except for --dry-run.`;
