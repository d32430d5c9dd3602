import { openLab } from "../lab.ts";
import { watchFrom } from "../request-watcher.ts";
import { breaks, type DemoContext, made, type StepName } from "./demo-context.ts";
import { CLIENT, HOST, meshConfig, NAMES, namespace, SERVERS, WEB } from "./demo-objects.ts";
import { gatewayStep } from "./gateway-step.ts";
import { policyStep } from "./policy-step.ts";
import { refusalStep } from "./refusal-step.ts";

export interface DemoStep {
  readonly name: StepName;
  readonly title: string;
  /** Does it, shows what happened; throws, in words, when it did not do what it says. */
  readonly run: (context: DemoContext) => Promise<void>;
}

export const DEMO_STEPS: readonly DemoStep[] = [
  { name: "network", title: "an outside world and a mesh, in network namespaces without uplink", run: networkStep },
  { name: "control-plane", title: "the control plane, on a folder of YAML", run: controlPlaneStep },
  { name: "injection", title: "a Deployment's pod through the webhook, over HTTPS", run: injectionStep },
  { name: "pod", title: "that very pod, run as its spec says", run: podStep },
  { name: "policy", title: "outbound policy: ALLOW_ANY, REGISTRY_ONLY, a ServiceEntry", run: policyStep },
  { name: "gateway", title: "the same host through an egress gateway", run: gatewayStep },
  { name: "refusal", title: "a contradictory ServiceEntry is refused", run: refusalStep },
];

async function networkStep(context: DemoContext): Promise<void> {
  const { images, fairlead, labProcess } = context.options;
  const doubled = breaks(context, "network") ? SERVERS.slice(0, 1) : [];
  const lab = await openLab({ id: context.id, images, fairlead, labProcess, servers: [...SERVERS, ...doubled], names: NAMES });
  context.lab = lab;
  const servers = SERVERS.map((server) => `${server.kind} ${server.address}:${server.port}`);
  context.options.write(`   outside: ${servers.join(", ")}`);
  context.options.write(`   namespaces: ${lab.network.fabric}, ${lab.network.outside}; configuration: ${lab.config.path}`);
}

async function controlPlaneStep(context: DemoContext): Promise<void> {
  const lab = made(context.lab);
  await lab.apply(namespace("demo", { "istio-injection": breaks(context, "injection") ? "disabled" : "enabled" }));
  await lab.apply(namespace("istio-system", {}));
  await lab.apply(meshConfig("ALLOW_ANY"));
  await lab.controlPlane.start(breaks(context, "control-plane") ? ["--xds-port", "none"] : []);
  context.options.write("   fairlead standalone is ready: configuration on 15012, webhooks on 15017");
}

async function injectionStep(context: DemoContext): Promise<void> {
  const { pod, reply } = await made(context.lab).inject(CLIENT);
  const inits = (pod.spec.initContainers ?? []).map((container) => container.name);
  if (!inits.includes("istio-init")) throw new Error(`nothing was added to the pod: ${reply.warnings.join("; ") || "no patch came back"}`);
  context.injected = pod;
  const init = pod.spec.initContainers?.find((container) => container.name === "istio-init");
  context.options.write(
    `   containers: ${[...inits.map((name) => `+${name}`), ...pod.spec.containers.map(({ name }) => name)].join(", ")}`,
  );
  context.options.write(`   volumes: ${(pod.spec.volumes ?? []).map(({ name }) => `+${name}`).join(", ")}`);
  context.options.write(`   istio-init runs: ${init?.args?.map((arg) => (arg === "" ? '""' : arg)).join(" ")}`);
}

async function podStep(context: DemoContext): Promise<void> {
  const lab = made(context.lab);
  const pod = made(context.injected);
  const [init, ...rest] = pod.spec.initContainers ?? [];
  const crippled = {
    ...pod,
    spec: { ...pod.spec, initContainers: init ? [{ ...init, securityContext: { capabilities: { drop: ["ALL"] } } }, ...rest] : [] },
  };
  const client = await lab.run(breaks(context, "pod") ? crippled : pod);
  await lab.ready(client);
  context.client = client;
  context.watcher = watchFrom(client.network, context.options.labProcess, { url: `http://${WEB}/`, host: HOST });
  context.options.write(`   ${client.name} at ${client.address}: ${client.containers.map(({ name }) => name).join(" and ")} ready`);
}
