import { join } from "node:path";
import { type ClusterPlan, NETWORK } from "./cluster-plan.ts";

export type Daemon = "containerd" | "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kubelet" | "kube-proxy";

/** Command line of a daemon, without its name. */
export function daemonArguments(daemon: Daemon, plan: ClusterPlan): readonly string[] {
  return ARGUMENTS[daemon]((name) => join(plan.state, name));
}

type InState = (name: string) => string;

const ETCD_CLIENT = "http://127.0.0.1:2379";
const ETCD_PEER = "http://127.0.0.1:2380";

const ARGUMENTS: Readonly<Record<Daemon, (inState: InState) => readonly string[]>> = {
  containerd: (inState) => ["--config", inState("containerd.toml"), "--log-level", "warn"],
  // On disk, as the node is stopped and started too.
  etcd: (inState) => [
    ...["--data-dir", inState("etcd"), "--unsafe-no-fsync", "--log-level", "warn"],
    ...["--listen-client-urls", ETCD_CLIENT, "--advertise-client-urls", ETCD_CLIENT, "--listen-peer-urls", ETCD_PEER],
  ],
  "kube-apiserver": (inState) => [
    ...["--etcd-servers", ETCD_CLIENT, "--bind-address", "0.0.0.0", "--advertise-address", NETWORK.nodeAddress, "--secure-port", "6443"],
    // It signs a certificate for itself there.
    ...["--cert-dir", inState("apiserver"), "--token-auth-file", inState("tokens.csv"), "--authorization-mode", "Node,RBAC"],
    ...["--service-cluster-ip-range", NETWORK.serviceRange, "--enable-admission-plugins", "NodeRestriction", "--allow-privileged"],
    ...["--service-account-issuer", "https://kubernetes.default.svc.cluster.local"],
    ...["--service-account-key-file", inState("accounts.pub"), "--service-account-signing-key-file", inState("accounts.key")],
    ...["--kubelet-preferred-address-types", "InternalIP", "--enable-priority-and-fairness=false", "--profiling=false"],
  ],
  "kube-controller-manager": (inState) => [
    ...["--kubeconfig", inState("kube-controller-manager.kubeconfig"), "--leader-elect=false", "--bind-address", "127.0.0.1"],
    ...["--allocate-node-cidrs", "--cluster-cidr", NETWORK.podRange, "--node-cidr-mask-size", "24"],
    ...["--service-cluster-ip-range", NETWORK.serviceRange, "--service-account-private-key-file", inState("accounts.key")],
    ...["--root-ca-file", inState("apiserver/apiserver.crt"), "--use-service-account-credentials", "--profiling=false"],
  ],
  "kube-scheduler": (inState) => [
    ...["--kubeconfig", inState("kube-scheduler.kubeconfig"), "--leader-elect=false", "--bind-address", "127.0.0.1", "--profiling=false"],
  ],
  kubelet: (inState) => [
    ...["--config", inState("kubelet.json"), "--kubeconfig", inState("kubelet.kubeconfig"), "--root-dir", "/var/lib/kubelet"],
    ...["--hostname-override", NETWORK.node, "--node-ip", NETWORK.nodeAddress],
  ],
  "kube-proxy": (inState) => ["--config", inState("kube-proxy.json"), "--hostname-override", NETWORK.node],
};
