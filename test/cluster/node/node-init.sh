#!/bin/bash
# Process 1 of the node, in mount, network, pid, uts and ipc namespaces of its own: makes the node's ground, says so, and waits for
# orphans. When it ends, the kernel ends every process of the cluster, and mounts and networks go with the last of them.
# Settings come from the environment, see start-node.ts.
set -euo pipefail
state=${STATE:?} cgroup=${CGROUP:?}

mount --make-rshared / # the kubelet propagates the mounts of volumes
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock /run/containerd
mount -t tmpfs -o mode=755 tmpfs /var/log
# What the kubelet and the network plugins keep goes into the state folder. A folder that is itself an overlay cannot be the upper
# layer of one, so there it is memory instead.
if [ "$(stat -f -c %T "$state")" = overlayfs ]; then
  mkdir -p "$state/disk"
  mount -t tmpfs -o mode=755 tmpfs "$state/disk"
fi
mkdir -p "$state/disk/containerd" "$state/disk/upper" "$state/disk/work"
mount -t overlay overlay -o "lowerdir=/var/lib,upperdir=$state/disk/upper,workdir=$state/disk/work" /var/lib

# The kubelet writes machine-wide settings and does not start where it may not: here it reads that they are as it wants them.
number=0
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  number=$((number + 1))
  echo "${setting#*=}" > "/run/setting-$number"
  mount --bind "/run/setting-$number" "/proc/sys/${setting%=*}"
done
hostname "$NODE"

# One folder in each cgroup hierarchy holds all pods, so that it can be removed as a whole. Left at that, all pods together would get as
# much of a busy processor as one other process.
fill_cpuset() { cat "$1/../cpuset.cpus" > "$1/cpuset.cpus" && cat "$1/../cpuset.mems" > "$1/cpuset.mems"; }
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p "/sys/fs/cgroup/$cgroup"
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control || true
    echo "+$controller" > "/sys/fs/cgroup/$cgroup/cgroup.subtree_control" || true
  done
  echo 2000 > "/sys/fs/cgroup/$cgroup/cpu.weight" || true
else
  for hierarchy in /sys/fs/cgroup/*/; do
    case $(stat -f -c %T "$hierarchy") in cgroupfs | cgroup2fs) ;; *) continue ;; esac
    mkdir -p "$hierarchy$cgroup" || continue
    case $hierarchy in
      */cpuset/) fill_cpuset "$hierarchy$cgroup" ;;
      */cpu/) echo 20480 > "$hierarchy$cgroup/cpu.shares" ;;
    esac
  done
fi

# The network ends at the outside world, a namespace behind a pair of links: there is no way further.
ip link set lo up
ip netns add outside
ip link add eth0 type veth peer name eth0 netns outside
ip address add "$NODE_ADDRESS/24" dev eth0
ip link set eth0 up
ip -n outside link set lo up
ip -n outside link set eth0 up
ip -n outside address add "$GATEWAY_ADDRESS/24" dev eth0
for address in $OUTSIDE_ADDRESSES; do ip -n outside address add "$address/32" dev lo; done
ip -n outside route add default via "$NODE_ADDRESS"
ip route add default via "$GATEWAY_ADDRESS" # without one, a Service's address has no route from the node
echo 1 > /proc/sys/net/ipv4/ip_forward
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables; fi

: > "$state/prepared"
trap 'exit 0' TERM
while :; do
  sleep 1 &
  wait || :
done
