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

{{/* Unless others were asked for: apart from each other as far as there is room. */}}
{{- define "gateway.affinity" -}}
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
            {{- include "gateway.selectorLabels" $ | nindent 12 }}
    {{- end }}
{{- end -}}
{{- end -}}
