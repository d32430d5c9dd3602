{{/* Namespaces for which no pod of a node, of DNS, or of the control plane may ever wait for us. */}}
{{- define "fairlead.neverIn" -}}
- key: kubernetes.io/metadata.name
  operator: NotIn
  values:
    - kube-system
    - kube-public
    - kube-node-lease
    {{- with . }}
    - {{ . | quote }}
    {{- end }}
{{- end -}}

{{/*
Which pods a control plane is asked about, as a list of webhooks' names and selectors, by the name under which labels ask for it: a revision
or a tag. They are Istio's: a namespace's istio-injection wins over its istio.io/rev, and both over the pod's istio.io/rev; no pod has
two that take it but one that asks in a namespace that is labelled too. A dict of name, namespace (the release's), byDefault
(enableNamespacesByDefault). src/injection/webhook-selectors.ts says the same for `fairlead tag`.
*/}}
{{- define "fairlead.selectors" -}}
- name: rev.namespace
  namespaceSelector:
    matchExpressions:
      - { key: istio.io/rev, operator: In, values: [{{ .name | quote }}] }
      - { key: istio-injection, operator: DoesNotExist }
      {{- include "fairlead.neverIn" .namespace | nindent 6 }}
  objectSelector:
    matchExpressions:
      - { key: sidecar.istio.io/inject, operator: NotIn, values: ["false"] }
- name: rev.pod
  namespaceSelector:
    matchExpressions:
      - { key: istio.io/rev, operator: DoesNotExist }
      - { key: istio-injection, operator: DoesNotExist }
      {{- include "fairlead.neverIn" "" | nindent 6 }}
  objectSelector:
    matchExpressions:
      - { key: sidecar.istio.io/inject, operator: NotIn, values: ["false"] }
      - { key: istio.io/rev, operator: In, values: [{{ .name | quote }}] }
{{- if eq .name "default" }}
- name: namespace
  namespaceSelector:
    matchExpressions:
      - { key: istio-injection, operator: In, values: [enabled] }
      {{- include "fairlead.neverIn" .namespace | nindent 6 }}
  objectSelector:
    matchExpressions:
      - { key: sidecar.istio.io/inject, operator: NotIn, values: ["false"] }
# Gateways, among them those beside the control plane, ask so.
- name: pod
  namespaceSelector:
    matchExpressions:
      - { key: istio-injection, operator: NotIn, values: [disabled] }
      - { key: istio.io/rev, operator: DoesNotExist }
      {{- include "fairlead.neverIn" "" | nindent 6 }}
  objectSelector:
    matchExpressions:
      - { key: sidecar.istio.io/inject, operator: In, values: ["true"] }
      - { key: istio.io/rev, operator: DoesNotExist }
{{- if .byDefault }}
- name: auto
  namespaceSelector:
    matchExpressions:
      - { key: istio-injection, operator: DoesNotExist }
      - { key: istio.io/rev, operator: DoesNotExist }
      {{- include "fairlead.neverIn" .namespace | nindent 6 }}
  objectSelector:
    matchExpressions:
      - { key: sidecar.istio.io/inject, operator: NotIn, values: ["false", "true"] }
      - { key: istio.io/rev, operator: DoesNotExist }
{{- end }}
{{- end }}
{{- end -}}

{{- define "fairlead.podWebhook" -}}
{{- $pods := .pods -}}
clientConfig:
  {{- include "fairlead.clientConfig" (dict "context" .context "path" .path) | nindent 2 }}
rules:
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods]
    operations: [CREATE]
    scope: Namespaced
namespaceSelector:
  {{- toYaml $pods.namespaceSelector | nindent 2 }}
objectSelector:
  {{- toYaml $pods.objectSelector | nindent 2 }}
{{ include "fairlead.webhookSettings" .context }}
{{- end -}}

{{/* Both webhook configurations of a revision or of a tag: a dict of context, name (that labels ask for) and tag ("" for the revision itself). */}}
{{- define "fairlead.webhookConfigurations" -}}
{{- $context := .context -}}
{{- $tag := .tag -}}
{{- $values := $context.Values -}}
{{- $settings := $values.sidecarInjectorWebhook -}}
{{- $verify := ne $settings.brokenPods "Ignore" -}}
{{- $selectors := include "fairlead.selectors" (dict "name" .name "namespace" $context.Release.Namespace "byDefault" $settings.enableNamespacesByDefault) | fromYamlArray -}}
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: {{ include "fairlead.webhookName" (list $context $tag) }}-injector
  labels:
    {{- include "fairlead.labels" $context | nindent 4 }}
    {{- with $tag }}
    istio.io/tag: {{ . | quote }}
    {{- end }}
webhooks:
  {{- range $selectors }}
  - name: {{ .name }}.injector.fairlead.io
    {{- include "fairlead.podWebhook" (dict "context" $context "pods" . "path" "/inject") | nindent 4 }}
    reinvocationPolicy: IfNeeded
  {{- end }}
{{- if or $values.webhooks.validation $verify }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: {{ include "fairlead.webhookName" (list $context $tag) }}-validator
  labels:
    {{- include "fairlead.labels" $context | nindent 4 }}
    {{- with $tag }}
    istio.io/tag: {{ . | quote }}
    {{- end }}
webhooks:
  {{- if $values.webhooks.validation }}
  - name: validator.fairlead.io
    clientConfig:
      {{- include "fairlead.clientConfig" (dict "context" $context "path" "/validate") | nindent 6 }}
    rules:
      - apiGroups: [networking.istio.io]
        apiVersions: [v1, v1beta1, v1alpha3]
        resources: [destinationrules, gateways, serviceentries, sidecars, virtualservices, workloadentries, workloadgroups]
        operations: [CREATE, UPDATE]
        scope: Namespaced
      - apiGroups: [security.istio.io]
        apiVersions: [v1, v1beta1]
        resources: [peerauthentications]
        operations: [CREATE, UPDATE]
        scope: Namespaced
    {{- if ne .name "default" }}
    # The default one judges them all.
    objectSelector:
      matchExpressions:
        - { key: istio.io/rev, operator: In, values: [{{ .name | quote }}] }
    {{- end }}
    {{- include "fairlead.webhookSettings" $context | nindent 4 }}
  {{- end }}
  {{- if $verify }}
  # Pods that were injected, as they are about to be stored: a sidecar that a later webhook broke is told or refused.
  {{- range $selectors }}
  - name: {{ .name }}.verifier.fairlead.io
    {{- include "fairlead.podWebhook" (dict "context" $context "pods" . "path" "/verify") | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Beginning of the webhook configurations' names: (list $ TAG), with TAG "" for the revision's own. */}}
{{- define "fairlead.webhookName" -}}
{{- $context := index . 0 -}}
{{- with index . 1 -}}
fairlead-revision-tag-{{ . }}-{{ $context.Release.Namespace }}
{{- else -}}
{{- include "fairlead.clusterName" $context -}}
{{- end -}}
{{- end -}}

{{/* Names of all webhook configurations whose caBundle the controller keeps, one a line, of an ending: (list $ "injector"). */}}
{{- define "fairlead.webhookNames" -}}
{{- $context := index . 0 -}}
{{- range concat (list "") $context.Values.revisionTags -}}
- {{ include "fairlead.webhookName" (list $context .) }}-{{ index $ 1 }}
{{ end -}}
{{- end -}}
