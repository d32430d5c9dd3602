import type { Message } from "./message.ts";

/** FL13: a pod as it is about to be stored, after every mutating webhook. */
export const POD_MESSAGES = {
  sidecarMissing: {
    code: "FL1301",
    level: "error",
    title: "Sidecar missing",
    text: 'the sidecar istio-proxy is missing, though it was asked for: {reason}; a later webhook removed it: make that webhook leave foreign containers alone, or label the pod sidecar.istio.io/inject: "false"',
  },
  redirectionMissing: {
    code: "FL1302",
    level: "error",
    title: "Redirection missing",
    text: "the init container istio-init is missing, so no traffic is redirected to the sidecar; a later webhook removed it: make that webhook leave foreign init containers alone",
  },
  nativeRestartLost: {
    code: "FL1303",
    level: "error",
    title: "Sidecar that never ends",
    text: 'must be Always: without it the pod waits for the sidecar to end before its containers start; a later webhook dropped the field: update it to a version that knows native sidecars, or annotate the pod sidecar.istio.io/nativeSidecar: "false"',
  },
  initBeforeSidecar: {
    code: "FL1304",
    level: "warning",
    title: "Init container before the sidecar",
    text: "init container {name} runs {place}; move it behind istio-proxy where it needs the network",
  },
  probeNowhere: {
    code: "FL1305",
    level: "error",
    title: "Probe without an answer",
    text: "{path} leads to the agent, which knows no such probe, so the kubelet would restart the container forever; write the app's own probe, and let the injector rewrite it",
  },
  portTaken: {
    code: "FL1306",
    level: "error",
    title: "Port of the sidecar",
    text: "port {port} is the sidecar's own ({use}), and two programs of one pod cannot listen on it; choose another for container {name}",
  },
  runsAsProxy: {
    code: "FL1307",
    level: "error",
    title: "Runs as the proxy's user",
    text: "container {name} runs as {what} {id}, which is the sidecar's: its traffic bypasses the sidecar and every rule; choose another",
  },
  initRunsAsProxy: {
    code: "FL1308",
    level: "warning",
    title: "Init container runs as the proxy's user",
    text: "init container {name} runs as {what} {id}, which is the sidecar's: its traffic bypasses the sidecar and every rule; choose another unless it must reach the network before the sidecar does",
  },
} as const satisfies Record<string, Message>;
