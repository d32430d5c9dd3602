import { fillContainer } from "../merge-container.ts";
import type { Named } from "../pod.ts";
import type { PlacedContainer, PodFragment } from "../pod-fragment.ts";

/** One fragment of several templates: of two that say something of the same field, the later one holds. */
export function combineFragments(first: PodFragment, second: PodFragment): PodFragment {
  return {
    labels: { ...first.labels, ...second.labels },
    annotations: { ...first.annotations, ...second.annotations },
    ownLabels: { ...first.ownLabels, ...second.ownLabels },
    ownAnnotations: { ...first.ownAnnotations, ...second.ownAnnotations },
    dropped: [...first.dropped, ...second.dropped],
    placed: combinePlaced(first.placed, second.placed),
    each: [...second.each, ...first.each],
    volumes: combineNamed(first.volumes, second.volumes),
    imagePullSecrets: combineNamed(first.imagePullSecrets, second.imagePullSecrets),
    spec: { ...first.spec, ...second.spec },
  };
}

/** A container that both have stays where the first puts it: whether the proxy is a native sidecar is not the later one's affair. */
function combinePlaced(first: readonly PlacedContainer[], second: readonly PlacedContainer[]): readonly PlacedContainer[] {
  const later = new Map(second.map((placed) => [placed.container.name, placed.container]));
  const kept = first.map((placed) => {
    const over = later.get(placed.container.name);
    return over === undefined ? placed : { ...placed, container: fillContainer(over, placed.container) };
  });
  const names = new Set(first.map(({ container }) => container.name));
  return [...kept, ...second.filter(({ container }) => !names.has(container.name))];
}

function combineNamed(first: readonly Named[], second: readonly Named[]): readonly Named[] {
  const later = new Set(second.map(({ name }) => name));
  return [...first.filter(({ name }) => !later.has(name)), ...second];
}
