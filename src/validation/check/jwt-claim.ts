const CLAIM = /^@request\.auth\.claims(?:\..+|(?:\[[^[\]]+\])+)$/;

/** Whether a condition's header stands for a claim of the caller's token, `@request.auth.claims.group` or `@request.auth.claims[group]`. */
export function isJwtClaim(name: string): boolean {
  return CLAIM.test(name.toLowerCase());
}
