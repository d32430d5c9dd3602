/** Objects in the world that others are judged against, and that proxies see. */
export const WORLD = 1_000;

const resource = (kind: string, name: string, spec: object): object => ({
  apiVersion: "networking.istio.io/v1",
  kind,
  metadata: { name, namespace: "shop" },
  spec,
});

export const entry = (name: string, port = 443): object =>
  resource("ServiceEntry", name, {
    hosts: [`${name}.example.com`],
    location: "MESH_EXTERNAL",
    ports: [{ number: port, name: "tls", protocol: "TLS" }],
    resolution: "DNS",
  });

const subsets = (name: string): object =>
  resource("DestinationRule", name, { host: `${name}.example.com`, subsets: [{ name: "v1", labels: { version: "v1" } }] });

const to = (host: string) => ({ destination: { host, port: { number: 443 } } });

export const routes = (name: string): object =>
  resource("VirtualService", name, {
    hosts: [`${name}.example.com`],
    http: [
      {
        name: "canary",
        match: [{ uri: { prefix: "/canary" }, headers: { "x-canary": { exact: "yes" } } }],
        route: [
          { ...to("entry-1.example.com"), weight: 90 },
          { ...to("entry-2.example.com"), weight: 10 },
        ],
        timeout: "2s",
        retries: { attempts: 2, perTryTimeout: "500ms", retryOn: "5xx" },
      },
      { name: "rest", match: [{ uri: { regex: "/v[12]/.*" } }], route: [to(`${name}.example.com`)] },
    ],
  });

/** ServiceEntries, and rules for half of them. */
export function world(): readonly object[] {
  const numbers = Array.from({ length: WORLD }, (_, i) => i);
  return numbers.map((i) =>
    i % 2 === 0 ? entry(`entry-${i / 2}`) : i % 4 === 1 ? subsets(`entry-${(i - 1) / 4}`) : routes(`entry-${(i + 1) / 4}`),
  );
}
