import type { Message } from "./message.ts";

/** FL14: what the proxy itself would not take. */
export const PROXY_MESSAGES = {
  formatFault: {
    code: "FL1401",
    level: "error",
    title: "Invalid command in a value",
    text: '"{value}": {fault}; a plain percent sign is written %%',
  },
  queryName: {
    code: "FL1402",
    level: "error",
    title: "Invalid name of a query parameter",
    text: "a query parameter's name is 1 to {most} bytes long, and this one is {size}; write the name of a parameter",
  },
  rewriteGroup: {
    code: "FL1403",
    level: "error",
    title: "Unknown group",
    text: '"{value}": {fault}; write \\0 for the whole match, \\1 for its first group, \\\\ for a backslash',
  },
  ringSize: {
    code: "FL1405",
    level: "error",
    title: "Ring too big",
    text: "{value} virtual nodes are more than the proxy supports; write {most} or less",
  },
  gatewayProxyPort: {
    code: "FL1406",
    level: "warning",
    title: "Port of the proxy",
    text: "the proxy itself listens on port {port}, so this server opens only if a Service of the gateway maps port {port} to another targetPort",
  },
  socketPathLong: {
    code: "FL1407",
    level: "error",
    title: "Path of a socket too long",
    text: "a socket's path is at most {most} bytes long, and this one is {size}; write a shorter one",
  },
  longForProxy: {
    code: "FL1408",
    level: "error",
    title: "Text too long for the proxy",
    text: "{what} is at most {most} bytes long, and this one is {size}; write a shorter one",
  },
  manyHeaders: {
    code: "FL1409",
    level: "error",
    title: "Too many headers",
    text: "{count} headers are set and added here, and the proxy supports at most {most}; remove some",
  },
} as const satisfies Record<string, Message>;
