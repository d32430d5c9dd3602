/** Why something that a user wrote is left out: Envoy would refuse it. No bug, so its message is all there is to tell. */
export class Unfit extends Error {
  override readonly name: string = "Unfit";
}
