import { expect, test } from "vitest";
import { PROTOCOL_NAMES } from "../../../src/base/protocol.ts";
import { declaredProtocol, servicePortProtocol } from "../../../src/model/protocol.ts";

test.each([
  ["by name", { port: 80, name: "http" }, "HTTP"],
  ["by the part before the dash", { port: 80, name: "http2-web" }, "HTTP2"],
  ["grpc-web, whose name has a dash", { port: 80, name: "grpc-web-x" }, "GRPC"],
  ["no name", { port: 80 }, "auto"],
  ["a name that says nothing", { port: 80, name: "web" }, "auto"],
  ["a name that every object has", { port: 80, name: "constructor" }, "auto"],
  ["appProtocol before the name", { port: 80, name: "http", appProtocol: "tcp" }, "TCP"],
  ["appProtocol that says nothing: not the name either", { port: 80, name: "http", appProtocol: "example.com/own" }, "auto"],
  ["Kubernetes' own h2c", { port: 80, appProtocol: "kubernetes.io/h2c" }, "HTTP2"],
  ["Kubernetes' own WebSocket", { port: 80, appProtocol: "kubernetes.io/ws" }, "HTTP"],
  ["WebSocket over TLS", { port: 80, appProtocol: "kubernetes.io/wss" }, "HTTPS"],
  ["MySQL's port without a name", { port: 3306 }, "TCP"],
  ["MySQL's port with a name that says otherwise", { port: 3306, name: "http" }, "HTTP"],
  ["UDP", { port: 53, name: "tcp", protocol: "UDP" }, "UDP"],
  ["SCTP, which is no TCP", { port: 80, name: "http", protocol: "SCTP" }, "UDP"],
])("a Service's port: %s", (_, port, expected) => {
  expect(servicePortProtocol(port)).toBe(expected);
});

test.each([
  ["HTTP", "HTTP"],
  ["grpc-Web", "GRPC"],
  ["MONGO", "TCP"],
  ["HTTP_PROXY", "HTTP"],
  ["UDP", "UDP"],
  ["", "auto"],
  [undefined, "auto"],
  ["toString", "TCP"],
])("a ServiceEntry's port says %s: %s", (written, expected) => {
  expect(declaredProtocol(written)).toBe(expected);
});

test("every name that a port may have is served as what the rules take it for", () => {
  expect(PROTOCOL_NAMES.map((name) => [name, declaredProtocol(name.toLowerCase())])).toEqual(
    PROTOCOL_NAMES.map((name) => [name, servicePortProtocol({ port: 80, appProtocol: name })]),
  );
  expect(PROTOCOL_NAMES.filter((name) => declaredProtocol(name) === "TCP")).toEqual(["HBONE", "MONGO", "MYSQL", "REDIS", "TCP"]);
});
