const EXIT = `Each message ends with a code, as (FL0202); docs/messages.md explains it, with an example.
Exit status: 0 no error, 1 some error, 2 could not run. NO_COLOR and FORCE_COLOR are heeded.`;

/** What `--help` says of `validate` beside its options. */
export const VALIDATE_USAGE = `
Each object is judged alone, and what it refers to is not asked for, unless --with names a world.

  fairlead validate -f manifests/                  alone
  fairlead validate -f new.yaml --with manifests/  among those of a folder
  fairlead validate -f new.yaml --with cluster     as kubectl apply would
  kubectl get vs -A -o yaml | fairlead validate -f -

${EXIT}`;

/** What `--help` says of `analyze` beside its options. */
export const ANALYZE_USAGE = `
  fairlead analyze -f manifests/                   files, together
  fairlead analyze cluster                         what the cluster holds
  fairlead analyze cluster -f manifests/           the cluster as it would be with the files

${EXIT}`;
