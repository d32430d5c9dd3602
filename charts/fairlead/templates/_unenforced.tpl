{{/* What the cluster holds of the kinds that protect and are not enforced, in words: "2 of kind AuthorizationPolicy (a/x, b/y)". */}}
{{- define "fairlead.unenforced" -}}
{{- $found := list -}}
{{- range $kind := list "AuthorizationPolicy" "RequestAuthentication" -}}
{{- $version := "" -}}
{{- range list "v1beta1" "v1" -}}
{{- if $.Capabilities.APIVersions.Has (printf "security.istio.io/%s/%s" . $kind) -}}
{{- $version = printf "security.istio.io/%s" . -}}
{{- end -}}
{{- end -}}
{{- if $version -}}
{{- $names := list -}}
{{- range (lookup $version $kind "" "").items -}}
{{- $names = append $names (printf "%s/%s" .metadata.namespace .metadata.name) -}}
{{- end -}}
{{- if $names -}}
{{- $more := ternary ", …" "" (gt (len $names) 5) -}}
{{- $found = append $found (printf "%d of kind %s (%s%s)" (len $names) $kind (join ", " (slice (sortAlpha $names) 0 (min 5 (len $names)))) $more) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- join " and " $found -}}
{{- end -}}
