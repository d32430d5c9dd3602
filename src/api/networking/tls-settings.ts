import { atMostOne } from "../dialect/cel.ts";
import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Nullable } from "../dialect/nullable.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";

/** How a proxy secures the connections it makes (DestinationRule). */
export const ClientTlsSchema = Fields("How connections to the service are secured.", {
  mode: StringEnum(
    "DISABLE sends plain text, SIMPLE originates TLS, MUTUAL also shows the given certificate, ISTIO_MUTUAL the one of the mesh; default DISABLE.",
    ["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"],
  ),
  clientCertificate: Text("File with the certificate to show, for MUTUAL."),
  privateKey: Text("File with the private key of that certificate, for MUTUAL."),
  caCertificates: Text("File with the authorities that the server's certificate is checked against; default those of the system."),
  credentialName: Text("Secret with key, certificate and authorities, instead of files."),
  caCertCredentialName: Text("Secret or ConfigMap with the authorities, where they are not those of `credentialName`."),
  subjectAltNames: ListOf("Names one of which the server's certificate must carry.", Text("Name.")),
  sni: Text("Server name to ask for in the handshake; default the host of the service."),
  insecureSkipVerify: Nullable(Flag("Accept any certificate of the server; default false.")),
  caCrl: Text("File with certificates that are revoked; default none."),
});

export type ClientTls = TypeOf<typeof ClientTlsSchema>;

const TlsProtocolSchema = (which: string) =>
  StringEnum(`${which} TLS version; default chosen by the proxy.`, ["TLS_AUTO", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3"]);

const server = {
  httpsRedirect: Flag("Answer plain HTTP with a redirect to HTTPS; default false."),
  mode: StringEnum(
    "PASSTHROUGH hands TLS on by its server name, SIMPLE ends it, MUTUAL also asks for a client certificate, OPTIONAL_MUTUAL accepts without one, " +
      "AUTO_PASSTHROUGH hands mesh traffic on, ISTIO_MUTUAL ends mesh TLS; default PASSTHROUGH.",
    ["PASSTHROUGH", "SIMPLE", "MUTUAL", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL", "OPTIONAL_MUTUAL"],
  ),
  serverCertificate: Text("File with the certificate to show."),
  privateKey: Text("File with the private key of that certificate."),
  caCertificates: Text("File with the authorities that client certificates are checked against."),
  caCrl: Text("File with client certificates that are revoked."),
  credentialName: Text("Secret with key and certificate, instead of files."),
  caCertCredentialName: Text("Secret with the authorities for client certificates, where it is not the one of `credentialName`."),
  credentialNames: ListOf("Secrets with key and certificate, one for each type of key.", Text("Secret."), { minItems: 1, maxItems: 2 }),
  tlsCertificates: ListOf(
    "Certificates to show, one for each type of key.",
    Fields("One certificate.", {
      serverCertificate: Text("File with the certificate."),
      privateKey: Text("File with its private key."),
      caCertificates: Text("File with the authorities that client certificates are checked against."),
    }),
    { minItems: 1, maxItems: 2 },
  ),
  subjectAltNames: ListOf("Names one of which a client's certificate must carry.", Text("Name.")),
  verifyCertificateSpki: ListOf("Base64 of SHA-256 of the public keys that client certificates may have.", Text("Hash.")),
  verifyCertificateHash: ListOf("Hex SHA-256 of the client certificates that are accepted.", Text("Hash.")),
  minProtocolVersion: TlsProtocolSchema("Lowest"),
  maxProtocolVersion: TlsProtocolSchema("Highest"),
  cipherSuites: ListOf("Cipher suites that are offered, by OpenSSL's names.", Text("Cipher suite.")),
  insecureSkipVerify: Nullable(Flag("Ask for a client certificate, and go on whatever it is; default false.")),
  ecdhCurves: ListOf("Curves for the key exchange, by BoringSSL's names; default the proxy's.", Text("Curve, as P-256.")),
  alpnProtocols: ListOf(
    "Protocols that the handshake offers; default h2 and http/1.1, as the port's protocol asks.",
    Text("Protocol, as h2."),
  ),
};

/** How a proxy secures the connections it accepts (Gateway, Sidecar ingress). */
export const ServerTlsSchema = Fields("How accepted connections are secured.", server, {
  rules: [atMostOne("credentialNames", "tlsCertificates"), atMostOne("credentialName", "credentialNames")],
});

export type ServerTls = TypeOf<typeof ServerTlsSchema>;
