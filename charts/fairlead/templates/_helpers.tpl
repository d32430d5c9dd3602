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
istio.io/rev: {{ include "fairlead.revision" . | quote }}
{{- end -}}

{{- define "fairlead.labels" -}}
{{ include "fairlead.selectorLabels" . }}
app.kubernetes.io/name: fairlead
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* Unless others were asked for: apart from each other as far as there is room. */}}
{{- define "fairlead.affinity" -}}
{{- if .Values.affinity -}}
{{ toYaml .Values.affinity }}
{{- else -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    {{- range $topology, $weight := dict "kubernetes.io/hostname" 100 "topology.kubernetes.io/zone" 50 }}
    - weight: {{ $weight }}
      podAffinityTerm:
        topologyKey: {{ $topology }}
        labelSelector:
          matchLabels:
            {{- include "fairlead.selectorLabels" $ | nindent 12 }}
    {{- end }}
{{- end -}}
{{- end -}}

{{/* No caBundle: the controller writes it, and nothing that helm or GitOps renders changes by itself. */}}
{{- define "fairlead.clientConfig" -}}
service:
  name: {{ include "fairlead.name" .context }}
  namespace: {{ .context.Release.Namespace }}
  path: {{ .path }}
  port: 443
{{- end -}}

{{/* What all webhooks have in common. */}}
{{- define "fairlead.webhookSettings" -}}
admissionReviewVersions: [v1]
failurePolicy: {{ .Values.webhooks.failurePolicy }}
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: {{ .Values.webhooks.timeoutSeconds }}
{{- end -}}
