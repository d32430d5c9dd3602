{{/* Name of everything that exists once a revision. */}}
{{- define "fairlead.name" -}}
{{- if .Values.revision -}}fairlead-{{ .Values.revision }}{{- else -}}fairlead{{- end -}}
{{- end -}}

{{/* Revision as labels and sidecars name it. */}}
{{- define "fairlead.revision" -}}
{{- .Values.revision | default "default" -}}
{{- end -}}

{{/* Cluster-wide objects carry the namespace, so that two installations do not share them. */}}
{{- define "fairlead.clusterName" -}}
{{- printf "%s-%s" (include "fairlead.name" .) .Release.Namespace -}}
{{- end -}}

{{- define "fairlead.selectorLabels" -}}
app: fairlead
istio.io/rev: {{ include "fairlead.revision" . }}
{{- end -}}

{{- define "fairlead.labels" -}}
{{ include "fairlead.selectorLabels" . }}
app.kubernetes.io/name: fairlead
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* No caBundle: the controller writes it, and nothing that helm or GitOps renders changes by itself. */}}
{{- define "fairlead.clientConfig" -}}
service:
  name: {{ include "fairlead.name" .context }}
  namespace: {{ .context.Release.Namespace }}
  path: {{ .path }}
  port: 443
{{- end -}}

{{- define "fairlead.systemNamespaces" -}}
- kube-system
- kube-public
- kube-node-lease
{{- end -}}

{{/* What all webhooks have in common. */}}
{{- define "fairlead.webhookSettings" -}}
admissionReviewVersions: [v1]
failurePolicy: {{ .Values.webhooks.failurePolicy }}
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: {{ .Values.webhooks.timeoutSeconds }}
{{- end -}}

{{/* Pods of labelled namespaces. */}}
{{- define "fairlead.podsByNamespace" -}}
rules:
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods]
    operations: [CREATE]
    scope: Namespaced
namespaceSelector:
  matchExpressions:
    {{- if .Values.revision }}
    - key: istio.io/rev
      operator: In
      values: [{{ .Values.revision | quote }}]
    - key: istio-injection
      operator: DoesNotExist
    {{- else if .Values.sidecarInjectorWebhook.enableNamespacesByDefault }}
    - key: istio-injection
      operator: NotIn
      values: [disabled]
    {{- else }}
    - key: istio-injection
      operator: In
      values: [enabled]
    {{- end }}
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values:
        {{- include "fairlead.systemNamespaces" . | nindent 8 }}
        - {{ .Release.Namespace }}
objectSelector:
  matchExpressions:
    - key: sidecar.istio.io/inject
      operator: NotIn
      values: ["false"]
{{- end -}}

{{/* Pods that ask for it themselves. */}}
{{- define "fairlead.podsByLabel" -}}
rules:
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods]
    operations: [CREATE]
    scope: Namespaced
namespaceSelector:
  matchExpressions:
    - key: istio-injection
      operator: NotIn
      values: [disabled]
    {{- if not .Values.revision }}
    # What another revision leads is its own: by the namespace's label, or below by the pod's.
    - key: istio.io/rev
      operator: DoesNotExist
    {{- end }}
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values:
        {{- include "fairlead.systemNamespaces" . | nindent 8 }}
objectSelector:
  matchExpressions:
    - key: sidecar.istio.io/inject
      operator: In
      values: ["true"]
    {{- if .Values.revision }}
    - key: istio.io/rev
      operator: In
      values: [{{ .Values.revision | quote }}]
    {{- else }}
    - key: istio.io/rev
      operator: DoesNotExist
    {{- end }}
{{- end -}}
