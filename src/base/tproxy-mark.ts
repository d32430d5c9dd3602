/** Interception by TPROXY knows by this mark what is Envoy's: the redirection marks what it leads there, Envoy what it calls the app with. */
export const TPROXY_MARK = 1337;
