export interface Image {
  readonly name: string;
  /** A test binary that it is made of: the image is left out where .cache/bin has none. */
  readonly binary?: string;
  /** Lowest first. */
  readonly layers: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
}

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// Process 1 of a pod's sandbox: waits, and ends at once when told to.
const PAUSE = ["/bin/sh", "-c", 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait; done'];

const plain = { command: [], env: [PATH], user: "1337" } as const;

/** Tags are not `latest`, so that a kubelet does not try to pull them. */
export const IMAGES: readonly Image[] = [
  {
    ...plain,
    name: "localhost/fairlead/proxyv2:dev",
    layers: ["base", "node", "envoy", "agent"],
    entrypoint: ["/usr/local/bin/pilot-agent"],
  },
  { ...plain, name: "localhost/fairlead/controller:dev", layers: ["base", "node", "controller"], entrypoint: ["/usr/local/bin/fairlead"] },
  { ...plain, name: "localhost/fairlead/tools:dev", layers: ["base", "tools"], entrypoint: [], command: ["sleep", "3600"], user: "0" },
  { ...plain, name: "localhost/fairlead/pause:dev", layers: ["base"], entrypoint: PAUSE, user: "65534" },
  {
    ...plain,
    binary: "coredns",
    name: "localhost/fairlead/coredns:dev",
    layers: ["base", "coredns"],
    entrypoint: ["/usr/local/bin/coredns"],
    user: "0",
  },
];
