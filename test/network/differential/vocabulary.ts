// What fields are filled with. Much of it is common to all objects, so that they speak of each other; some is odd and yet legal.
import fc from "fast-check";
import { PROTOCOL_NAMES } from "../../../src/base/protocol.ts";

const of = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Mostly one that can be; now and then one that is refused, or seldom means what was meant. */
export const seldom = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: odd });

const LABEL_63 = "l".repeat(63);
const LONG_HOST = `${Array.from({ length: 3 }, () => LABEL_63).join(".")}.example.com`;

export const NAMESPACES = of("shop", "other", "istio-system");

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);

/** Hosts that entries declare and rules speak of. */
export const PLAIN_HOSTS = fc.oneof(
  {
    weight: 6,
    arbitrary: of(
      "api.example.com",
      "www.example.com",
      "a.b.example.com",
      "db.internal",
      "API.Example.com",
      "x.test",
      "127.0.0.1.nip.example",
    ),
  },
  {
    weight: 2,
    arbitrary: of("example.com", "xn--bcher-kva.example", "api.example.com.", "a-1.example", "1.example", LONG_HOST, `${LABEL_63}.test`),
  },
  { weight: 1, arbitrary: label.map((name) => `${name}.example.com`) },
);
export const WILDCARDS = of("*.example.com", "*.b.example.com", "*.com", "*.test", "*.internal", "*.EXAMPLE.com");
export const SERVICE_HOSTS = of(
  "web",
  "orders",
  "orders.shop",
  "web.shop.svc.cluster.local",
  "orders.shop.svc.cluster.local",
  "db.other.svc.cluster.local",
);
export const ANY_HOST = fc.oneof(
  { weight: 4, arbitrary: PLAIN_HOSTS },
  { weight: 2, arbitrary: WILDCARDS },
  { weight: 2, arbitrary: SERVICE_HOSTS },
);
export const WHOLE_HOST = fc.oneof({ weight: 3, arbitrary: PLAIN_HOSTS }, { weight: 2, arbitrary: SERVICE_HOSTS });

export const IPV4 = of(
  "10.1.2.3",
  "192.0.2.1",
  "127.0.0.1",
  "0.0.0.0",
  "255.255.255.255",
  "224.0.0.1",
  "10.96.0.10",
  "127.0.0.6",
  "10.20.0.7",
);
export const IPV6 = of(
  "2001:db8::1",
  "fd00::1",
  "::1",
  "::",
  "::ffff:10.0.0.1",
  "FD00::A",
  "fe80::1",
  "ff02::1",
  "1:2:3:4:5:6:7:8",
  "fd00:0::1",
  "2001:db8:0:0::1",
);
export const ADDRESS = fc.oneof({ weight: 3, arbitrary: IPV4 }, { weight: 1, arbitrary: IPV6 });
export const CIDR = of(
  "10.0.0.0/8",
  "10.0.0.5/24",
  "0.0.0.0/0",
  "192.0.2.1/32",
  "2001:db8::/32",
  "::/0",
  "fd00::1/128",
  "10.0.0.0/24",
  "10.1.2.3/31",
  "2001:DB8::1/32",
);
export const RANGE = fc.oneof({ weight: 2, arbitrary: ADDRESS }, { weight: 1, arbitrary: CIDR });

export const PORT = fc.oneof(
  { weight: 8, arbitrary: of(80, 443, 8080, 9000, 81, 3306) },
  { weight: 2, arbitrary: of(1, 22, 53, 65_535, 15_000, 15_004, 15_008, 15_010, 15_020, 15_053) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 65_535 }) },
);
export const PROTOCOL = of(...PROTOCOL_NAMES, "http", "tls", "Tcp", "");

export const DURATION = fc.oneof(
  { weight: 4, arbitrary: of("1s", "10s", "100ms", "1h30m", "0.25s") },
  {
    weight: 2,
    arbitrary: of("1ms", "2562047h47m16s", "2540400h", "87600h", "1.001s", "9223372036854ms", "1000000000s", "4294967296s", "0.5h"),
  },
);
const OFF = of("0s", "0");
/** Where nothing is a duration too. */
export const DURATION_OR_OFF = fc.oneof({ weight: 4, arbitrary: DURATION }, { weight: 1, arbitrary: OFF });
/** Where it is none. */
export const DURATION_NEVER_OFF = seldom(DURATION, OFF);

export const PERCENT = of(0, 0.0001, 0.01, 1, 33.3333, 50, 99.9999, 100, 0.00015, 12.3456789);
export const WHOLE_PERCENT = of(0, 1, 10, 50, 99, 100);
export const WEIGHT = of(0, 1, 50, 100, 1000, 2_147_483_647);
/** Of counts: small, large, the most that 32 bits hold. */
export const COUNT = of(0, 1, 5, 1024, 65_536, 2_147_483_647);
export const UNSIGNED = of(0, 1, 3, 100, 10_000, 4_294_967_295);

const ODD_TEXT = of("ü", "日本語", "a b", '"quoted"', "it's", "a,b;c=d", "\\", "{x}", "[", "<b>", "😀", "a\tb", "a\nb");

export const HEADER_NAME = fc.oneof(
  { weight: 6, arbitrary: of("x-a", "x-b", "end-user", "cookie", "accept-language", "content-type") },
  {
    weight: 3,
    arbitrary: of(
      "X-Upper",
      "x_under",
      "x.dot",
      "x~!#$&'*+^`|",
      "te",
      "connection",
      "content-length",
      "transfer-encoding",
      "x-envoy-retry-on",
      "x-forwarded-for",
    ),
  },
  { weight: 1, arbitrary: of("h".repeat(300), "upgrade", "x-request-id", "date", "set-cookie", "grpc-timeout") },
);
/** Names that a condition may ask for. */
export const MATCHED_NAME = seldom(
  fc.oneof(
    { weight: 4, arbitrary: HEADER_NAME },
    { weight: 1, arbitrary: of(":authority", ":method", ":path", ":scheme", ":status", "Host") },
  ),
  of(":odd", ""),
);
/** Names that may be set on a request, the host among them. */
export const REQUEST_NAME = seldom(
  fc.oneof({ weight: 9, arbitrary: HEADER_NAME }, { weight: 1, arbitrary: of(":authority", "host", "Host") }),
  of(":path", ":odd"),
);
/** Names that may be set on a response, or taken away. */
export const OTHER_NAME = seldom(HEADER_NAME, of(":authority", "host", ":status"));
export const HEADER_VALUE = seldom(
  fc.oneof(
    {
      weight: 4,
      arbitrary: of("1", "some value", "", "100%%", "%REQ(:path)%", "%START_TIME%", "%START_TIME(%s)%", "%PROTOCOL%", "a=b; c=d"),
    },
    {
      weight: 2,
      arbitrary: of(
        "%DOWNSTREAM_REMOTE_ADDRESS%",
        "%RESP(x-a)%",
        "%REQ(X?Y):10%",
        "%HOSTNAME%",
        "%UPSTREAM_METADATA(istio)%",
        "%ENVIRONMENT(A)%",
        "%DYNAMIC_METADATA(a:b)%",
        "%START_TIME(%Y%m)%",
        "%FILTER_STATE(a:PLAIN)%",
        "%RESPONSE_CODE%%%",
        "%CEL(request.headers['x-a'].matches('^v[12]$') ? request.path : 'none')%",
        "%METADATA(ROUTE:istio:config)%",
        '%COALESCE({"operators":[{"command":"REQ","param":"x-a"},"PROTOCOL"]}):20%',
        "%COMMON_DURATION(DS_RX_BEG:US_TX_END:us)%",
        "%PATH(WQ:ORIG_OR_PATH)%",
      ),
    },
    { weight: 1, arbitrary: ODD_TEXT },
    { weight: 1, arbitrary: of("v".repeat(9000), "v".repeat(16_384)) },
  ),
  of(
    "v".repeat(16_385),
    "%UNKNOWN_WORD%",
    "%REQ()%",
    "%BYTES_SENT:5%",
    "%CEL(f())%",
    "%COALESCE(1)%",
    "%req(a)%",
    "%",
    "%START_TIME",
    "a\nb",
  ),
);

const SIMPLE_REGEX = of(".*", "^/a(b|c)+$", "/[a-z]+/?", "abc", "v[12]", ".+", "^(/v1|/v2)/.*");
const ODD_REGEX = of(
  "(?i)abc",
  "(?P<name>a)\\d+",
  "(?<n>a)",
  "a{1,1000}",
  "[[:alpha:]]+",
  "\\p{Greek}",
  "\\pN+",
  "\\PL",
  "(?s).",
  "(?U)a+",
  "\\Qa.b\\E",
  "a{0}",
  "(|a)",
  "[^\\d\\s]",
  "\\012",
  "(?m)^a$",
  "\\b\\w+\\b",
  "\\z",
  "\\A",
  "x*?",
  "(a{2}){3}",
  "[\\w-]+",
  "日本.*",
  "\\pZ",
  "(?-i)a",
  "\\x41",
  "[[:word:]]",
  "\\a\\f",
  "(?:a){1000}",
  "[]a]",
  "\\p{L}",
  "\\p{Latin}",
  "\\p{Any}",
);
const LARGE_REGEX = of(
  "(a|b)".repeat(50),
  "[a-z]{100}",
  `(${Array.from({ length: 80 }, (_, i) => `/path${i}`).join("|")})`,
  "\\pL{100}",
  "((a{10}){10}){9}",
  "(\\w{1,30}){1,30}",
);
/** Nearly expressions, or more of one than is allowed. */
const NO_REGEX = of(
  "\\C",
  "[a-\\d]",
  "\\x{10FFFF}",
  "\\K",
  "a**",
  "x{2}{3}",
  "\\Z",
  "\\8",
  "[a",
  "a)",
  "(?P=n)",
  "\\p{Script=Greek}",
  "\\p{Xyz}",
  "(?=a)",
  "a++",
  "\\h",
  "\\R",
  "(?#c)",
  `(${Array.from({ length: 200 }, (_, i) => `/path${i}`).join("|")})`,
);
export const REGEX = seldom(
  fc.oneof({ weight: 4, arbitrary: SIMPLE_REGEX }, { weight: 3, arbitrary: ODD_REGEX }, { weight: 1, arbitrary: LARGE_REGEX }),
  NO_REGEX,
);

/** An expression, and what is written in place of what it matches. */
export const REGEX_REWRITE = seldom(
  fc.oneof(
    fc.record({ match: REGEX, rewrite: of("/b", "\\0", "$1", "\\\\", "a b", "ü", "/x?y=1", "%") }),
    fc.record({ match: of("^/a(b|c)+$", "^/(v1|v2)/(.*)", "/(?P<name>[a-z]+)/(\\d+)"), rewrite: of("\\1", "/\\1/x", "\\1\\1") }),
    fc.record({ match: of("^/(v1|v2)/(.*)", "(a)(b)?"), rewrite: of("/\\1/\\2", "\\2", "\\2\\0") }),
  ),
  fc.record({ match: SIMPLE_REGEX, rewrite: of("\\9", "\\", "\\a", "/\\1/\\2") }),
);

export const PATH = fc.oneof(
  { weight: 5, arbitrary: of("/", "/a", "/api/v1", "/a b", "/%20", "/A", "/a?b=c", "/a#b", "//", "/日本") },
  { weight: 1, arbitrary: of("no-slash", "*", "/p".repeat(3000), "") },
);

export const LABELS = of("app", "version", "example.com/name", "a.b/c-d_e");
export const LABEL_VALUE = of("client", "v1", "v2", "", "A_b.c-d", "x".repeat(63), "edge", "ingressgateway", "orders");
export const SUBSET = of("v1", "v2", "canary", "x".repeat(63), "A");
/** Names of ports. */
export const PORT_NAME = seldom(of("http", "tcp-db", "a", "x-1", "A", "p".repeat(63)), of("ü", "a b", "-a", "p".repeat(64), "a_b"));
export const TEXT = fc.oneof(
  { weight: 3, arbitrary: of("a", "name", "v1.2", "some words", "x/y") },
  { weight: 1, arbitrary: ODD_TEXT },
  { weight: 1, arbitrary: of("", "n".repeat(2000)) },
);
export const EXPORT_TO = fc.oneof(
  { weight: 3, arbitrary: of(["*"], ["."], ["shop"], ["shop", "other"], [".", "nowhere"]) },
  { weight: 1, arbitrary: of([], ["other"], ["nowhere"], ["istio-system"]) },
);
export { of };
