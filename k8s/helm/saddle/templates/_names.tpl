{{/* Of every resource. */}}
{{- define "saddle.labels" -}}
app.kubernetes.io/part-of: saddle
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "saddle.image" -}}
{{ with .root.Values.images.registry }}{{ . }}/{{ end }}saddle/{{ .image }}:{{ .root.Values.images.tag | default .root.Chart.AppVersion }}{{ .suffix }}
{{- end }}

{{/* The Secret of a user of Kafka. */}}
{{- define "saddle.kafkaSecret" -}}
{{ get .root.Values.kafka.security.secrets .user | default .user }}
{{- end }}

{{/* The port of an address, or that of its scheme. */}}
{{- define "saddle.portOf" -}}
{{- $url := urlParse . -}}
{{ regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (ternary "443" "80" (eq $url.scheme "https")) }}
{{- end }}

{{- define "saddle.registryPort" -}}
{{ ternary 8443 8080 .Values.registry.tls.enabled }}
{{- end }}

{{- define "saddle.registryUrl" -}}
{{- if .Values.registry.enabled -}}
{{ ternary "https" "http" .Values.registry.tls.enabled }}://registry:{{ include "saddle.registryPort" . }}/apis/ccompat/v7
{{- else -}}
{{ required "registry.url: where is the registry that is there?" .Values.registry.url }}
{{- end -}}
{{- end }}

{{- define "saddle.isS3" -}}
{{ if hasPrefix "s3:" .Values.artifacts.root }}true{{ end }}
{{- end }}

{{- define "saddle.artifactsClaim" -}}
{{ .Values.artifacts.volume.existingClaim | default "artifacts" }}
{{- end }}
