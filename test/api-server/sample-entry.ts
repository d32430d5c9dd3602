/** A ServiceEntry as it may be applied to any namespace. */
export const ENTRY = {
  ...{ apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata: { name: "e" } },
  spec: {
    hosts: ["api.example.com"],
    location: "MESH_EXTERNAL",
    resolution: "DNS",
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
  },
};
