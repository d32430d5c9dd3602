/** An amount of a resource in billionths of its unit: a core, a byte. */
export type Amount = bigint;

/** One whole: a core, a byte. */
export const ONE: Amount = 1_000_000_000n;
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE])?)$/;

/** An amount as Kubernetes writes it, `100m` or `1.5Gi`; undefined for text that is none. What is finer than a billionth is rounded up. */
export function parseQuantity(text: string): Amount | undefined {
  const [, sign = "", whole = "", fraction = "", exponent, suffix = ""] = TEXT.exec(text) ?? [];
  if (whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction) * unitOf(suffix);
  const power = Number(exponent?.slice(1) ?? 0) - fraction.length;
  const scaled = power >= 0 ? digits * 10n ** BigInt(power) : dividedUp(digits, 10n ** BigInt(-power));
  return sign === "-" ? -scaled : scaled;
}

function unitOf(suffix: string): bigint {
  if (suffix.endsWith("i")) return ONE * 1024n ** BigInt(BINARY.indexOf(suffix));
  return 1000n ** BigInt(DECIMAL.indexOf(suffix));
}

/** The shortest text without a fraction, in powers of 1,024 or of 1,000: `1536Mi`, `500m`. */
export function quantityText(amount: Amount, base: "binary" | "decimal"): string {
  if (amount % ONE === 0n && base === "binary") return shortest(amount / ONE, 1024n, BINARY);
  return shortest(amount, 1000n, DECIMAL);
}

function shortest(amount: bigint, base: bigint, suffixes: readonly string[]): string {
  let [left, index] = [amount, 0];
  while (left !== 0n && left % base === 0n && index < suffixes.length - 1) [left, index] = [left / base, index + 1];
  return left === 0n ? "0" : `${left}${suffixes[index]}`;
}

/** Text as the API server writes it back; what it would not take, and powers of ten, as they are. */
export function canonicalQuantity(text: string): string {
  const amount = parseQuantity(text);
  if (amount === undefined || /[eE]\d|[eE][+-]/.test(text)) return text;
  return quantityText(amount, /i$/.test(text) ? "binary" : "decimal");
}

/** Rounded up. */
export function dividedUp(amount: bigint, by: bigint): bigint {
  return amount <= 0n ? amount / by : (amount + by - 1n) / by;
}
