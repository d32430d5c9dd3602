/** Labels as `kubectl get -l` takes them. */
export function labelsAsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .slice(0, 20)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}
