#!/bin/bash
# binaries.sh SET: link the test binaries of a set (envtest, node) into .cache/bin. Each comes from KUBEBUILDER_ASSETS, else from
# PATH where its version fits, else it is built once from Go modules (go.mod and go.sum beside this file) into FAIRLEAD_CACHE.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
links=$(cd "$here/../.." && pwd)/.cache/bin
cache=${FAIRLEAD_CACHE:?}
PATH=${PATH//"$links":/}

kubernetes=1.34.4 etcd=3.6.16 helm=3.22.0 coredns=1.15.0
case ${1:?a set: envtest or node} in
  envtest) names=(etcd kube-apiserver kube-controller-manager kubectl helm) ;;
  node) names=(kube-scheduler kubelet kube-proxy coredns) ;;
  *) echo "no such set of binaries: $1" >&2; exit 2 ;;
esac

module_of() { case $1 in etcd | helm | coredns) echo "$1" ;; *) echo kubernetes ;; esac; }
package_of() {
  case $1 in
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    helm) echo helm.sh/helm/v3/cmd/helm ;;
    coredns) echo github.com/coredns/coredns ;;
    *) echo "k8s.io/kubernetes/cmd/$1" ;;
  esac
}
version_of() { local module; module=$(module_of "$1"); echo "${!module}"; }

# What a binary says of itself, reduced to MAJOR.MINOR.
says() {
  case $1 in
    kubectl) "$2" version --client 2>/dev/null ;;
    helm) "$2" version --short 2>/dev/null ;;
    coredns) "$2" -version 2>/dev/null ;;
    *) "$2" --version 2>/dev/null ;;
  esac | grep -oE '[0-9]+\.[0-9]+' | head -1
}
fits() { local want; want=$(version_of "$1"); [ "$(says "$1" "$2")" = "${want%.*}" ]; }

needs_go() {
  command -v go >/dev/null || {
    echo "Go is needed once to build $1 (or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and the others)" >&2
    exit 1
  }
}

# The stamp of a module's version and lock: another lock builds again, into another folder.
built() {
  local module lock
  module=$(module_of "$1")
  lock=$(cat "$here/$module/go.mod" "$here/$module/go.sum" | sha256sum | cut -c1-12)
  echo "$cache/bin/$module-${!module}-$lock/$1"
}

build() {
  local name=$1 module flags="-s -w" target
  module=$(module_of "$name")
  target=$(built "$name")
  needs_go "$name"
  if [ "$module" = kubernetes ]; then
    local v=k8s.io/component-base/version minor=${kubernetes#1.}
    flags="$flags -X $v.gitVersion=v$kubernetes -X $v.gitMajor=1 -X $v.gitMinor=${minor%.*}"
  fi
  if [ "$module" = helm ]; then flags="$flags -X helm.sh/helm/v3/internal/version.version=v$helm"; fi
  echo "==> $name ${!module}: building from Go modules (minutes the first time)"
  local start=$SECONDS
  CGO_ENABLED=0 GOFLAGS="-trimpath -buildvcs=false" nice -n 10 \
    go build -C "$here/$module" -ldflags "$flags" -o "$target.new" "$(package_of "$name")"
  mv "$target.new" "$target"
  echo "    $name: $((SECONDS - start)) s"
}

mkdir -p "$links"
for name in "${names[@]}"; do
  if [ -n "${KUBEBUILDER_ASSETS:-}" ] && [ -x "$KUBEBUILDER_ASSETS/$name" ]; then
    source=$KUBEBUILDER_ASSETS/$name
  elif source=$(command -v "$name") && fits "$name" "$source"; then
    :
  else
    source=$(built "$name")
    [ -x "$source" ] || build "$name"
  fi
  link=$links/$name
  [ "$(readlink "$link" || :)" = "$source" ] || ln -sfn "$source" "$link"
done
