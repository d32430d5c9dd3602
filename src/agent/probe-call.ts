import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Family } from "../iptables/iptables-options.ts";

/** What one call to the probe address showed. */
export type Proof = { readonly outcome: "captured" | "no route" } | { readonly outcome: "not captured"; readonly reason: string };

export interface ProbeCall {
  readonly family: Family;
  readonly address: string;
  readonly port: number;
  readonly clock: Clock;
  /** Calls `arrived` when the listener has heard `word`; the returned function forgets it. */
  readonly expect: (word: string, arrived: () => void) => () => void;
}

const PATIENCE_MS = 1000;
/** A timer that is so much late tells of a process that was held up, not of a call that was lost. */
const LATE_MS = 250;

/**
 * Calls the probe address and says a word that nobody can guess. Proof is that our own listener heard it: whoever else may answer at
 * that address proves nothing. Where the pod has no way to send anything of that family, nothing can escape either.
 */
export async function callProbe(call: ProbeCall): Promise<Proof> {
  return (await hasRoute(call)) ? dial(call) : { outcome: "no route" };
}

/** Connecting a datagram socket asks the kernel for a route, and sends nothing. */
function hasRoute({ family, address, port }: ProbeCall): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(family === "v4" ? "udp4" : "udp6");
    const end = (routed: boolean): void => {
      socket.close();
      resolve(routed);
    };
    socket.once("error", () => end(false));
    socket.connect(port, address, () => end(true));
  });
}

function dial({ address, port, clock, expect }: ProbeCall): Promise<Proof> {
  return new Promise((resolve) => {
    const word = randomUUID();
    const socket = connect({ host: address, port });
    const end = (proof: Proof): void => {
      forget();
      cancel();
      // Reset, not closed: the kernel keeps nothing of it, and there is one every few seconds in every pod.
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
      resolve(proof);
    };
    const failed = (reason: string): void => end({ outcome: "not captured", reason });
    const forget = expect(word, () => end({ outcome: "captured" }));
    const wait = (): (() => void) => {
      const due = clock.now() + PATIENCE_MS;
      return clock.after(PATIENCE_MS, () => {
        if (clock.now() - due > LATE_MS) cancel = wait();
        else failed(`nobody answered within ${PATIENCE_MS} ms`);
      });
    };
    let cancel = wait();
    socket.once("connect", () => socket.write(word));
    socket.on("error", (error) => failed(error.message));
    for (const event of ["data", "close"]) socket.once(event, () => failed("it was answered outside the pod"));
  });
}
