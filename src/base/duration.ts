const PART = /([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/y;

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Longest duration Go can hold, about 292 years. */
const MOST = 2n ** 63n - 1n;

function fraction(digits: string, unit: bigint): bigint {
  const kept = digits.slice(0, 15);
  return kept === "" ? 0n : (BigInt(kept) * unit) / 10n ** BigInt(kept.length);
}

/** Sum of the parts, `1h` and `30m`; absent where something else stands between or behind them. */
function sumOfParts(body: string): bigint | undefined {
  let sum = 0n;
  PART.lastIndex = 0;
  for (let at = 0; at < body.length; at = PART.lastIndex) {
    const [, whole = "", part = "", unit = ""] = PART.exec(body) ?? [];
    const size = NANOSECONDS[unit];
    if (size === undefined || whole + part === "") return undefined;
    sum += BigInt(whole || "0") * size + fraction(part, size);
  }
  return sum;
}

/** Nanoseconds of a duration in Go's syntax (`10ms`, `1.5s`, `1h30m`, `0`); absent where it is none. */
export function durationNanos(text: string): bigint | undefined {
  const body = /^[-+]/.test(text) ? text.slice(1) : text;
  if (body === "0") return 0n;
  const sum = body === "" || body.length > 64 ? undefined : sumOfParts(body);
  if (sum === undefined || sum > MOST) return undefined;
  return text.startsWith("-") ? -sum : sum;
}

/** The same in milliseconds, with fractions. */
export function durationMs(text: string): number | undefined {
  const nanos = durationNanos(text);
  return nanos === undefined ? undefined : Number(nanos) / 1e6;
}
