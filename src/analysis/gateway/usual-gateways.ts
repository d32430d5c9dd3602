import { selects } from "../../model/indexes/selected-by-label.ts";

type Labels = Readonly<Record<string, string>>;

interface UsualGateway {
  readonly namespace: string;
  readonly labels: Labels;
  /** Ports of its Service as charts install it; absent where they differ too much. */
  readonly ports?: ReadonlySet<number>;
}

/** Gateways that nearly every installation has. Documents seldom contain them: where pods are not known, they are taken to be there. */
const USUAL: readonly UsualGateway[] = [
  {
    namespace: "istio-system",
    labels: { app: "istio-ingressgateway", istio: "ingressgateway" },
    ports: new Set([15_021, 80, 443, 31_400, 15_443]),
  },
  { namespace: "istio-system", labels: { app: "istio-egressgateway", istio: "egressgateway" } },
];

/** The usual gateway that a selector means. */
export function usualGateway(selector: Labels): UsualGateway | undefined {
  return Object.keys(selector).length === 0 ? undefined : USUAL.find(({ labels }) => selects(selector, labels));
}
