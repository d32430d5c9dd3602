/**
 * Where Envoy and the agent call the app from: the redirection lets such calls pass, without it they would loop. Of IPv4 all of 127.0.0.0/8 is
 * there; that of IPv6 must be given to the loopback device.
 */
export const PASSTHROUGH = { v4: "127.0.0.6", v6: "::6" } as const;
