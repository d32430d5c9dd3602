import type { FieldPath } from "./field-paths.ts";

const NOT_MADE = "Istio's API declares it, Envoy has nothing that does it, and so the rules refuse it";
const ONE_PORT = "a listener has one port: a second one is refused";
const FILES_ALONE = "a sidecar has one certificate, in files, and the rules refuse all else";

/** Fields that no admitted object has, but for a value that says nothing (0, false, an empty list), each with its reason. */
export const NEVER_ADMITTED: Readonly<Record<FieldPath, string>> = {
  "VirtualService.http[].fault.delay.exponentialDelay": NOT_MADE,
  "VirtualService.http[].fault.abort.http2Error": NOT_MADE,
  "Gateway.servers[].port.targetPort": ONE_PORT,
  "Sidecar.ingress[].port.targetPort": ONE_PORT,
  "Sidecar.ingress[].tls.httpsRedirect": "only a gateway answers plain HTTP with a redirect",
  "Sidecar.ingress[].tls.credentialName": FILES_ALONE,
  "Sidecar.ingress[].tls.caCertCredentialName": FILES_ALONE,
  "Sidecar.ingress[].tls.credentialNames": FILES_ALONE,
  "Sidecar.ingress[].tls.tlsCertificates": FILES_ALONE,
  "Sidecar.ingress[].tls.tlsCertificates[].serverCertificate": FILES_ALONE,
  "Sidecar.ingress[].tls.tlsCertificates[].privateKey": FILES_ALONE,
  "Sidecar.ingress[].tls.tlsCertificates[].caCertificates": FILES_ALONE,
  "Sidecar.ingress[].tls.subjectAltNames": FILES_ALONE,
  "Sidecar.egress[].port.targetPort": ONE_PORT,
};
