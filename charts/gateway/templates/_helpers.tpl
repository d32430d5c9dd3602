{{- define "gateway.name" -}}
{{- .Values.name | default .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* By which Gateway resources choose this gateway. */}}
{{- define "gateway.selectorLabels" -}}
{{- if .Values.labels -}}
{{ toYaml .Values.labels }}
{{- else -}}
app: {{ include "gateway.name" . }}
istio: {{ include "gateway.name" . | trimPrefix "istio-" }}
{{- end -}}
{{- end -}}

{{- define "gateway.labels" -}}
{{ include "gateway.selectorLabels" . }}
app.kubernetes.io/name: {{ include "gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "gateway.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "gateway.name" .) -}}
{{- end -}}

{{- define "gateway.serviceType" -}}
{{- if .Values.service.type -}}{{ .Values.service.type }}
{{- else if contains "egress" (include "gateway.name" .) -}}ClusterIP
{{- else -}}LoadBalancer
{{- end -}}
{{- end -}}
