/** When a certificate is valid, in milliseconds since the epoch. */
export interface Lifetime {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** The moment to renew: after two thirds of the life, so that a whole third is left for failures. */
export function renewalTime(life: Lifetime): number {
  return life.notBefore + ((life.notAfter - life.notBefore) * 2) / 3;
}

/**
 * Milliseconds to wait until the renewal; 0 when it is due. `spread` in [0, 1) moves it earlier by up to a tenth of the life,
 * so that pods started together do not renew together.
 */
export function renewalDelay(life: Lifetime, now: number, spread = 0): number {
  const early = (life.notAfter - life.notBefore) * 0.1 * spread;
  return Math.max(0, renewalTime(life) - early - now);
}
