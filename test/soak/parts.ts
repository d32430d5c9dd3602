/** One part of `make soak`: tests of `make test` with their long counts. */
export interface SoakPart {
  /** `fuzz-pod` is chosen by its name, or as one of `fuzz`. */
  readonly name: string;
  /** Project of vitest.config.ts. */
  readonly project: string;
  /** Beginning of the test file's path. */
  readonly file: string;
  /** Regular expression on the tests' names; absent: all of the file. */
  readonly tests?: string;
  /** After so long the part is ended, and has failed. */
  readonly minutes: number;
}

/** Hours of hostile input for one target. */
function fuzz(target: string): SoakPart {
  return { name: `fuzz-${target}`, project: "fuzz", file: `test/fuzz/${target}.test.ts`, minutes: 240 };
}

/** All of them, the short ones first. A test whose counts come from `runs()` belongs here. */
export const PARTS: readonly SoakPart[] = [
  { name: "validate", project: "property", file: "test/property/validation/validate.test.ts", minutes: 60 },
  { name: "fixes", project: "property", file: "test/property/validation/fixes.test.ts", minutes: 120 },
  { name: "unfit", project: "property", file: "test/property/validation/unfit.test.ts", minutes: 60 },
  { name: "unreachable", project: "property", file: "test/property/validation/unreachable/", minutes: 60 },
  { name: "doors", project: "property", file: "test/property/main/doors.test.ts", minutes: 60 },
  { name: "orders", project: "property", file: "test/property/analysis/orders.test.ts", minutes: 60 },
  { name: "crds", project: "api-server", file: "test/api-server/agreement.test.ts", minutes: 30 },
  { name: "rotations", project: "api-server", file: "test/api-server/webhook-rotation.test.ts", minutes: 30 },
  { name: "restarts", project: "cluster", file: "test/cluster/under-load.test.ts", minutes: 90 },
  { name: "patch", project: "property", file: "test/property/injection/patch-operations.test.ts", minutes: 20 },
  { name: "injection", project: "property", file: "test/property/injection/injection.test.ts", minutes: 30 },
  { name: "interleavings", project: "api-server", file: "test/api-server/interleavings.test.ts", minutes: 20 },
  fuzz("certificate-request"),
  fuzz("ads-request"),
  fuzz("dns-query"),
  fuzz("mesh-config"),
  fuzz("yaml"),
  fuzz("review"),
  fuzz("pod"),
  fuzz("resource"),
  { name: "differential", project: "network", file: "test/network/differential/differential.test.ts", minutes: 240 },
];

/** The parts that are named, by name or by the word before the first dash; all of them where none is. Undefined where a name means nothing. */
export function chooseParts(parts: readonly SoakPart[], names: readonly string[]): readonly SoakPart[] | undefined {
  const meant = (part: SoakPart, name: string): boolean => part.name === name || part.name.startsWith(`${name}-`);
  if (names.some((name) => !parts.some((part) => meant(part, name)))) return undefined;
  return parts.filter((part) => names.length === 0 || names.some((name) => meant(part, name)));
}
