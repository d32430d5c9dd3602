import type { ICruiseOptions, IForbiddenRuleType } from "dependency-cruiser";

// Who may import whom. Folders of src are the data flow in order: a file imports from a lower rank or from its own folder, types
// included. Why: a stage that never knows a later one can be read, tested and changed alone, and the pure core stays pure.

const RANKS: Readonly<Record<string, number>> = {
  base: 0, // total, pure helpers
  gen: 0, // generated messages of Envoy's API
  telemetry: 1, // logger, metrics, catalogue of messages to users
  api: 1.5, // above telemetry, whose findings its decoders answer with; each resource's schema, and the interfaces of the store
  pki: 2, // authorities, CSRs, rotation
  rpc: 2, // gRPC with raw bytes
  bootstrap: 2, // Envoy's bootstrap
  iptables: 2, // options to restore text
  validation: 2, // rules over one object
  agent: 3, // the pod side
  source: 3, // Kubernetes or a folder of YAML
  model: 3, // store to snapshot
  scope: 4, // what one workload sees
  injection: 4, // decision, fragment, patch
  envoy: 5, // Envoy's resources
  analysis: 6, // rules over several objects
  xds: 6, // streams to clients
  admission: 7, // HTTP and AdmissionReview
  status: 7, // conditions, Events, leader election
  cli: 7, // presentation
  lab: 7, // pods as network namespaces, for the demo and the network tests
  main: 8, // the only wiring
};

/**
 * npm package → folders that may import it. Why: a package behind one folder can be replaced in one folder, and its start-up time
 * and memory are paid only by the programs that use that folder.
 */
const PINS: Readonly<Record<string, readonly string[]>> = {
  "ipaddr.js": ["base"], // lenient parser: our address type gates it
  re2js: ["base"], // Envoy's regular expressions, not JavaScript's
  "@bufbuild/protobuf": ["gen", "bootstrap", "rpc", "agent", "envoy", "analysis", "xds", "cli", "lab"], // runtime of src/gen: whoever makes or reads messages
  pino: ["telemetry"],
  "prom-client": ["telemetry"],
  typebox: ["api"], // schemas come from one dialect only
  "node-forge": ["pki"],
  "@peculiar/x509": ["pki"],
  "reflect-metadata": ["pki"], // @peculiar/x509 throws without it
  "@grpc/grpc-js": ["rpc"], // everyone else speaks bytes
  "dns-packet": ["agent"],
  "@kubernetes/client-node": ["source", "status"], // 650 ms and 90 MB at import: never in the agent
  undici: ["source"],
  yaml: ["source", "cli"], // the command prints YAML
  "fast-json-patch": ["injection"],
  express: ["admission"],
  commander: ["cli"],
};

const quoted = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const folders = Object.keys(RANKS);

const rankOf = (folder: string): number => RANKS[folder] ?? Number.NaN;

const rankRules: readonly IForbiddenRuleType[] = folders
  .map((folder) => ({ folder, forbidden: folders.filter((other) => other !== folder && rankOf(other) >= rankOf(folder)) }))
  .filter(({ forbidden }) => forbidden.length > 0)
  .map(({ folder, forbidden }) => ({
    name: `rank-${folder}`,
    comment: `src/${folder} has rank ${rankOf(folder)}: it knows lower ranks and itself, never a later stage`,
    severity: "error",
    from: { path: `^src/${folder}/` },
    to: { path: `^src/(${forbidden.join("|")})/` },
  }));

const pinRules: readonly IForbiddenRuleType[] = Object.entries(PINS).map(([name, allowed]) => ({
  name: `pin-${name}`,
  comment: `${name} is used only by src/${allowed.join(", src/")}`,
  severity: "error",
  from: { path: "^src/", pathNot: `^src/(${allowed.join("|")})/` },
  to: { path: `(^|/)node_modules/${quoted(name)}/` },
}));

export const IMPORT_RULES: readonly IForbiddenRuleType[] = [
  ...rankRules,
  ...pinRules,
  {
    name: "folder-without-rank",
    comment: "every folder of src has a place in the data flow: give it a rank in this file and a line in ARCHITECTURE.md",
    severity: "error",
    from: { path: "^src/", pathNot: `^src/(${folders.join("|")})/` },
    to: {},
  },
  {
    name: "package-without-pin",
    comment: "a new npm package is pinned to the folder that needs it, with the reason, in this file",
    severity: "error",
    from: { path: "^src/" },
    to: { path: "(^|/)node_modules/", pathNot: `(^|/)node_modules/(${Object.keys(PINS).map(quoted).join("|")}|@types/node)/` },
  },
  {
    name: "no-unresolved",
    comment: "an import that leads nowhere is an import that no rule could judge",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: "no-cycle",
    comment: "files that import each other in a circle are one file in pieces",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/gen/" },
    to: { circular: true },
  },
  {
    name: "agent-knows-one-schema",
    comment: "of src/api the agent needs the proxy configuration only; the other schemas would double its bundle",
    severity: "error",
    from: { path: "^src/agent/" },
    to: { path: "^src/api/", pathNot: "^src/api/.*proxy-config" },
  },
  {
    name: "agent-bundle-stays-small",
    comment: "what the pod's program reaches, directly or not, is paid in every pod",
    severity: "error",
    from: { path: "^src/main/agent\\.ts$" },
    to: { path: "^src/(source|model|scope|injection|envoy|analysis|xds|admission|status|cli|lab|validation)/", reachable: true },
  },
  {
    name: "product-without-tests",
    comment: "src never imports test or tools: they are not shipped",
    severity: "error",
    from: { path: "^src/" },
    to: { path: "^(test|tools)/" },
  },
];

export const CRUISE_OPTIONS: ICruiseOptions = {
  tsPreCompilationDeps: true, // type imports count: they are dependencies of thought
  doNotFollow: { path: "(^|/)node_modules/|^src/gen/" },
  enhancedResolveOptions: {
    exportsFields: ["exports"],
    conditionNames: ["import", "node", "default", "types"],
    extensions: [".ts", ".js", ".d.ts"],
  },
};
