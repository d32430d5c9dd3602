import type { Message } from "./message.ts";

/** FL10: several objects together. */
export const ANALYSIS_MESSAGES = {
  subsetMissing: {
    code: "FL1001",
    level: "warning",
    title: "Unknown subset",
    text: 'no DestinationRule that is seen here defines subset "{subset}" of {host}, so requests on this route fail; {hint}',
  },
  gatewayMissing: {
    code: "FL1002",
    level: "warning",
    title: "Unknown gateway",
    text: "there is no Gateway {value}, so the rules apply nowhere through it; {hint}",
  },
  hostUnknown: {
    code: "FL1003",
    level: "warning",
    title: "Unknown host",
    text: '"{value}" is no Service and no ServiceEntry that is seen here; {hint}',
  },
  gatewayHostMissing: {
    code: "FL1004",
    level: "warning",
    title: "Host that the gateway does not take",
    text: "Gateway {gateway} takes none of the hosts {hosts} of this VirtualService; add one to its servers",
  },
  delegateMissing: {
    code: "FL1005",
    level: "warning",
    title: "Unknown delegate",
    text: "there is no VirtualService {value} to delegate to",
  },
  portUnknown: { code: "FL1006", level: "warning", title: "Unknown port", text: "{host} has no port {port}; its ports are {names}" },
  sidecarsCompete: {
    code: "FL1007",
    level: "warning",
    title: "Several Sidecars for all",
    text: "Sidecars {names} of this namespace have no workloadSelector, and only one can count; leave one, or add selectors",
  },
  gatewayPodsMissing: {
    code: "FL1008",
    level: "warning",
    title: "Gateway that no pod carries",
    text: "no pod has the labels {labels}, so nothing carries this gateway; install a gateway with them, or change the selector",
  },
  virtualServicesCompete: {
    code: "FL1009",
    level: "warning",
    title: "Several VirtualServices for one host",
    text: "VirtualServices {names} are for the same host {host} on the mesh, and only one counts; put their rules into one",
  },
  gatewaysCompete: {
    code: "FL1010",
    level: "warning",
    title: "Several gateways for one host",
    text: "{names} takes {hosts} on port {port} of the same pods too, and only one counts; keep the host in one of them",
  },
  portAmbiguous: {
    code: "FL1011",
    level: "warning",
    title: "Port is not said",
    text: "{host} has several ports ({names}) and the route says none; write port.number",
  },
} as const satisfies Record<string, Message>;
