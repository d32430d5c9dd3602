#!/bin/bash
# system-packages.sh SET...: make sure that the commands of the sets exist. As root on Debian or Ubuntu the missing packages are
# installed, and said so; elsewhere the one line to run is printed and the exit code is 1.
set -euo pipefail

# "command package" pairs: what is looked for, and where Debian has it.
network="iptables:iptables nft:nftables ip:iproute2 curl:curl openssl:openssl busybox:busybox-static nsenter:util-linux
  unshare:util-linux socat:socat ps:procps nc:netcat-openbsd"
cluster="$network containerd:containerd runc:runc conntrack:conntrack ipset:ipset mount:mount /usr/lib/cni/bridge:containernetworking-plugins"
images="busybox:busybox-static xtables-nft-multi:iptables curl:curl openssl:openssl"

exists() { case $1 in /*) [ -e "$1" ] ;; *) PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 ;; esac; }

missing=()
want() { exists "${1%%:*}" || missing+=("${1#*:}"); }
for set in "$@"; do
  case $set in
    network) for pair in $network; do want "$pair"; done ;;
    cluster) for pair in $cluster; do want "$pair"; done ;;
    images) for pair in $images; do want "$pair"; done ;;
    pip) python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip) ;;
    *) echo "no such set of system packages: $set" >&2; exit 2 ;;
  esac
done
[ ${#missing[@]} -gt 0 ] || exit 0

mapfile -t packages < <(printf '%s\n' "${missing[@]}" | sort -u)
install=(apt-get install --yes --no-install-recommends "${packages[@]}")
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "missing system packages; on Debian or Ubuntu run:  sudo ${install[*]}" >&2
  exit 1
fi
echo "==> system packages: installing ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
cleanup() { rm -f "$log" ${policy_made:+"$policy_made"}; }
trap cleanup EXIT
# A package may start a daemon when it is installed; none of ours is wanted running.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  policy_made=$policy
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod +x $policy
fi
if ! { apt-get update --quiet=2 && "${install[@]}" --quiet=2; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "could not install: ${packages[*]}" >&2
  exit 1
fi
