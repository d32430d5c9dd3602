{{/* Made by `node tools/crds.ts` from src/api; edit there. */}}
{{- define "fairlead.crdNames" -}}
- destinationrules.networking.istio.io
- gateways.networking.istio.io
- peerauthentications.security.istio.io
- serviceentries.networking.istio.io
- sidecars.networking.istio.io
- virtualservices.networking.istio.io
- workloadentries.networking.istio.io
- workloadgroups.networking.istio.io
{{- end -}}
