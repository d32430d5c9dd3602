import { type Bare, must } from "./installed.ts";

type Labels = Readonly<Record<string, string>>;

/** The API server's own account of what it did, at one moment. */
export interface ServerMetrics {
  /** Sum of the samples of a metric that have all of these labels. */
  sum(name: string, labels?: Labels): number;
}

export async function serverMetrics({ kubectl }: Pick<Bare, "kubectl">): Promise<ServerMetrics> {
  const lines = must(await kubectl(["get", "--raw", "/metrics"])).stdout.split("\n");
  return {
    sum: (name, labels = {}) => {
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const samples = lines.filter((line) => line.startsWith(`${name}{`) && wanted.every((pair) => line.includes(pair)));
      return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    },
  };
}
