import { clusterView } from "./cluster-view.ts";
import { object, section } from "./config-dump.ts";
import { endpointView } from "./endpoint-view.ts";
import { listenerView } from "./listener-view.ts";
import { routeView } from "./route-view.ts";
import { secretView } from "./secret-view.ts";
import type { SectionView } from "./view.ts";

/** The bootstrap has no columns of its own; it is shown whole. */
const bootstrapView: SectionView = {
  header: ["BOOTSTRAP"],
  items: ({ dump }) => {
    const whole = object(section(dump, "BootstrapConfigDump")["bootstrap"]);
    return [{ whole, rows: [[JSON.stringify(whole, null, 2)]] }];
  },
};

export const SECTIONS: Readonly<Record<string, SectionView>> = {
  bootstrap: bootstrapView,
  cluster: clusterView,
  endpoint: endpointView,
  listener: listenerView,
  route: routeView,
  secret: secretView,
};
