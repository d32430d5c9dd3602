/** Unary; the request is the node id as text. */
export const APP_ENDED = "/fairlead.v1.PodLifecycle/AppEnded";

export const APP_ENDED_ANSWER = { running: Uint8Array.of(0), ended: Uint8Array.of(1) } as const;
