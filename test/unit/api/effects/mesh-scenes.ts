import type { Scene } from "./scene.ts";

/** Scenes for the mesh configuration. */
export const MESH_SCENES: readonly Scene[] = [
  {
    under: "",
    spec: {},
    values: {
      connectTimeout: ["7s", "8s"],
      accessLogFormat: ["[%START_TIME%]\n", "%PROTOCOL%\n"],
      rootNamespace: ["config", "another"],
      Address: ["a.example.com:80", "b.example.com:80"],
      trustDomain: ["one.example", "two.example"],
    },
  },
  { under: "accessLogFormat", spec: { accessLogFile: "/dev/stdout" }, values: { accessLogFormat: ["[%START_TIME%]\n", "%PROTOCOL%\n"] } },
  { under: "accessLogEncoding", spec: { accessLogFile: "/dev/stdout" } },
];
