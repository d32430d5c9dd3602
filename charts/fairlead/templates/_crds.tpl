{{/* Not empty where this release installs the definition: (list $ NAME). Only a helm that speaks to the cluster sees what is there. */}}
{{- define "fairlead.installsCrd" -}}
{{- $root := index . 0 -}}
{{- $install := toString $root.Values.crds.install -}}
{{- if eq $install "true" -}}
yes
{{- else if eq $install "auto" -}}
{{- $there := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" (index . 1) -}}
{{- $owner := dig "metadata" "annotations" dict $there -}}
{{- $name := get $owner "meta.helm.sh/release-name" -}}
{{- if or (not $there) (and (eq $name $root.Release.Name) (eq (get $owner "meta.helm.sh/release-namespace") $root.Release.Namespace)) -}}
yes
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Names of the definitions that are left as they are found, separated by ", ". */}}
{{- define "fairlead.foreignCrds" -}}
{{- $left := list -}}
{{- if eq (toString .Values.crds.install) "auto" -}}
{{- range include "fairlead.crdNames" . | fromYamlArray -}}
{{- if not (include "fairlead.installsCrd" (list $ .)) -}}
{{- $left = append $left . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- join ", " $left -}}
{{- end -}}
