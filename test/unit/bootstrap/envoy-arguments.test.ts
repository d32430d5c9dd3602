import { expect, test } from "vitest";
import { envoyArguments } from "../../../src/bootstrap/envoy-arguments.ts";

test("the command line people know from `ps`", () => {
  const args = envoyArguments({
    configFile: "/etc/istio/proxy/envoy-rev.json",
    drainSeconds: 45,
    ipv6Only: false,
    logLevel: "warning",
    componentLogLevel: "misc:error",
    concurrency: 2,
  });
  expect(args.join(" ")).toBe(
    "-c /etc/istio/proxy/envoy-rev.json --drain-time-s 45 --drain-strategy immediate --local-address-ip-version v4 " +
      "--file-flush-interval-msec 1000 --disable-hot-restart --allow-unknown-static-fields -l warning " +
      "--component-log-level misc:error --skip-deprecated-logs --concurrency 2",
  );
});
