import { expect, test } from "vitest";
import { mentionedNames } from "../../../src/rpc/mentioned-names.ts";

const ROUTES = ["80", "8080", "443"];
const CLUSTERS = ["outbound|80||a.com", "outbound|80||a.com.evil", "outbound|8080||a.com", "a.com"];

test.each<[string, readonly string[], readonly string[]]>([
  ["route: unknown cluster 'outbound|80||x'", ROUTES, []],
  ["Only unique values for domains are permitted. Duplicate entry of domain a.com:443 in route 8080", ROUTES, ["8080"]],
  ["Duplicate entry of domain a.com in route 80.", ROUTES, ["80"]],
  ["route '443' has no virtual host", ROUTES, ["443"]],
  ["80: bad, 8080: worse", ROUTES, ["80", "8080"]],
  ["value length must be at most 80 bytes", ROUTES, []],
  ["no listener on 10.0.0.1:80", ROUTES, []],
  ["Error adding/updating cluster(s) outbound|80||a.com: no health check", CLUSTERS, ["outbound|80||a.com"]],
  ["Error adding/updating cluster(s) outbound|80||a.com.evil: no health check", CLUSTERS, ["outbound|80||a.com.evil"]],
  [
    "Error adding/updating cluster(s) outbound|80||a.com: no, outbound|8080||a.com: no",
    CLUSTERS,
    ["outbound|80||a.com", "outbound|8080||a.com"],
  ],
  ["Error adding/updating cluster(s) outbound|80||b.com: no", CLUSTERS, []],
  ["cluster outbound|80||a.com.", CLUSTERS, ["outbound|80||a.com"]],
  ["Error adding/updating listener(s) 0.0.0.0_80: address in use", ["0.0.0.0_80", "0.0.0.0_8080", "0.0.0.0"], ["0.0.0.0_80"]],
  ["listener [fd00::1]_80 failed", ["[fd00::1]_80", "fd00::1"], ["[fd00::1]_80"]],
  ["secret kubernetes://ns/name not found", ["kubernetes://ns/name", "kubernetes://ns/name-cacert", "name"], ["kubernetes://ns/name"]],
  ["cluster two words: no", ["two words", "words"], ["two words"]],
  ["", ["", "a"], []],
])("%s", (message, names, expected) => {
  expect(mentionedNames(message, names)).toEqual(expected);
});
