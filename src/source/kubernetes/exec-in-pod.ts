import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";

export interface PodCommand {
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
  readonly command: readonly string[];
  /** A kubeconfig file; absent: kubectl's defaults. */
  readonly kubeconfig?: string;
}

/** Runs a command in a container, as `kubectl exec` does, and resolves to its standard output; rejects where it fails, with its words. */
export async function execInPod({ namespace, name, container, command, kubeconfig }: PodCommand): Promise<string> {
  const { Exec, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  kubeconfig === undefined ? config.loadFromDefault() : config.loadFromFile(kubeconfig);
  const [out, err] = [new PassThrough(), new PassThrough()];
  const read = Promise.all([text(out), text(err)]);
  const status = await new Promise<{ status?: string; message?: string }>((resolve, reject) => {
    new Exec(config).exec(namespace, name, container, [...command], out, err, null, false, resolve).catch(reject);
  });
  out.end();
  err.end();
  const [answer, complaint] = await read;
  if (status.status !== "Success") {
    throw new Error(`${command.join(" ")} in ${namespace}/${name}: ${complaint.trim() || (status.message ?? "failed")}`);
  }
  return answer;
}
