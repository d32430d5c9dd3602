import { join } from "node:path";
import { type ClusterPlan, NETWORK } from "./cluster-plan.ts";

/** The files that the node's daemons read, path → text. */
export function nodeSettings(plan: ClusterPlan, pluginFolder: string): Readonly<Record<string, string>> {
  return {
    [join(plan.state, "containerd.toml")]: containerdSettings(plan, pluginFolder),
    [join(plan.state, "network/10-fairlead.conflist")]: JSON.stringify(NETWORK_PLUGINS),
    [join(plan.state, "kubelet.json")]: JSON.stringify(kubeletSettings(plan)),
    [join(plan.state, "kube-proxy.json")]: JSON.stringify(proxySettings(plan)),
  };
}

// A kernel may withhold CAP_SYS_RESOURCE; without restrict_oom_score_adj every sandbox would then fail. The snapshotters that are
// left out need devices of their own.
function containerdSettings({ state }: ClusterPlan, pluginFolder: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  const unused = ["snapshotter.v1.btrfs", "snapshotter.v1.zfs", "snapshotter.v1.devmapper", "snapshotter.v1.aufs", "internal.v1.opt"];
  return `version = 2
root = "${state}/disk/containerd"
state = "/run/containerd"
disabled_plugins = ${JSON.stringify(unused.map((name) => `io.containerd.${name}`))}
[grpc]
  address = "/run/containerd/containerd.sock"
[${cri}]
  sandbox_image = "localhost/fairlead/pause:dev"
  restrict_oom_score_adj = true
  [${cri}.cni]
    bin_dir = "${pluginFolder}"
    conf_dir = "${state}/network"
  [${cri}.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [${cri}.containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
}

// No masquerade: the outside sees the pod's own address, so a call through a gateway can be told from a direct one.
const NETWORK_PLUGINS = {
  cniVersion: "0.4.0",
  name: "fairlead",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: "host-local",
        dataDir: "/run/cni",
        ranges: [[{ subnet: NETWORK.podRange }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

function kubeletSettings({ cgroup }: ClusterPlan): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    // Whoever can reach it is inside the namespaces already.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    clusterDomain: "cluster.local",
    clusterDNS: [NETWORK.dnsAddress],
    resolvConf: "",
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    imageGCHighThresholdPercent: 100,
    evictionHard: { "memory.available": "64Mi", "nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%" },
    nodeStatusUpdateFrequency: "2s",
    syncFrequency: "10s",
    serializeImagePulls: false,
    maxPods: 200,
    shutdownGracePeriod: "0s",
  };
}

// A child namespace may not set the table sizes of the machine.
function proxySettings({ state }: ClusterPlan): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: NETWORK.podRange,
    clientConnection: { kubeconfig: join(state, "kube-proxy.kubeconfig") },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    iptables: { minSyncPeriod: "0s" },
  };
}
