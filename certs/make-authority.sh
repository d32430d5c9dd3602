#!/bin/sh
# Makes an authority for development: DIR/ca-cert.pem and DIR/ca-key.pem, EC P-256, one year.
# usage: certs/make-authority.sh DIR [TRUST_DOMAIN]
set -eu
dir=${1:?"say where: certs/make-authority.sh DIR [TRUST_DOMAIN]"}
trust_domain=${2:-cluster.local}
umask 077
mkdir -p "$dir"
if [ -e "$dir/ca-key.pem" ]; then
  echo "$dir/ca-key.pem is there already; remove it or name another folder" >&2
  exit 1
fi
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$dir/ca-key.pem" 2>/dev/null
openssl req -x509 -new -sha256 -days 365 -key "$dir/ca-key.pem" -out "$dir/ca-cert.pem" -subj "/O=$trust_domain" \
  -addext "keyUsage=critical,keyCertSign,cRLSign"
echo "$dir/ca-cert.pem and $dir/ca-key.pem made"
