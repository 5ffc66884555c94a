{{/*
The pod of one workload. It is told a dict:
  root, name, values (of the workload), component, priority, image
  kafka, registry, torch, artifacts, readsData (whether it talks to the one, computes, has the store, has the datasets)
  args, env (text), containerPorts (text), probes (text), resources (text), ended (seconds), spread, claim (whether its volume is its own)
*/}}
{{- define "saddle.podLabels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: saddle
saddle.io/kafka: client
{{- if .registry }}
saddle.io/registry: client
{{- end }}
{{- if .torch }}
saddle.io/compute: torch
{{- end }}
{{- end }}

{{- define "saddle.pod" -}}
{{- $values := .root.Values -}}
{{- $own := .values | default dict -}}
{{- $kafka := $values.kafka.security -}}
{{- $tls := and .registry $values.registry.tls.enabled -}}
{{- $s3 := include "saddle.isS3" .root -}}
metadata:
  labels:
    {{- include "saddle.podLabels" . | nindent 4 }}
    {{- if and .artifacts $s3 }}
    saddle.io/artifacts: s3
    {{- end }}
  annotations:
    # Settings that change renew the pods that read them.
    checksum/settings: {{ include (print .root.Template.BasePath "/settings.yaml") .root | sha256sum }}
spec:
  {{- with .restartPolicy }}
  restartPolicy: {{ . }}
  {{- end }}
  serviceAccountName: {{ .name }}
  automountServiceAccountToken: {{ .asksApi | default false }}
  # Variables that tell of other Services would be taken for settings.
  enableServiceLinks: false
  priorityClassName: {{ .priority }}
  {{- with .ended }}
  terminationGracePeriodSeconds: {{ . }}
  {{- end }}
  {{- with $values.images.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .spread }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {app.kubernetes.io/name: {{ .name }}}
  {{- end }}
  {{- with merge dict ($own.nodeSelector | default dict) (.nodeSelector | default dict) }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with concat ($own.tolerations | default list) (.tolerations | default list) }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: {{ .name }}
      image: {{ .image }}
      imagePullPolicy: {{ $values.images.pullPolicy }}
      {{- with .args }}
      args:
        {{- . | nindent 8 }}
      {{- end }}
      {{- if .isService }}
      envFrom:
        - configMapRef: {name: cluster}
        {{- if .artifacts }}
        - configMapRef: {name: artifacts}
        {{- end }}
        {{- if $kafka.enabled }}
        - configMapRef: {name: kafka-security}
        {{- end }}
        {{- if $tls }}
        - configMapRef: {name: registry-security}
        {{- end }}
        {{- range compact (default list .secretEnv) }}
        - secretRef: {name: {{ . }}}
        {{- end }}
      {{- else if .artifacts }}
      envFrom:
        - configMapRef: {name: artifacts}
      {{- end }}
      env:
        {{- with .env }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- range $name, $value := $own.env }}
        - {name: {{ $name }}, value: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}}
        {{- end }}
        {{- if and .isService $kafka.enabled }}
        - name: SADDLE_KAFKA_SASL_JAAS_CONFIG
          valueFrom: {secretKeyRef: {name: {{ include "saddle.kafkaSecret" (dict "root" .root "user" .name) }}, key: sasl.jaas.config}}
        {{- end }}
        {{- if and .artifacts $s3 $values.artifacts.s3.secret }}
        - name: SADDLE_ARTIFACTS_S3_ACCESS_KEY
          valueFrom: {secretKeyRef: {name: {{ $values.artifacts.s3.secret }}, key: access-key}}
        - name: SADDLE_ARTIFACTS_S3_SECRET_KEY
          valueFrom: {secretKeyRef: {name: {{ $values.artifacts.s3.secret }}, key: secret-key}}
        {{- end }}
      {{- with .ports }}
      ports:
        {{- . | nindent 8 }}
      {{- end }}
      {{- with .probes }}
      {{- . | nindent 6 }}
      {{- end }}
      resources:
        {{- .resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- if or .dataSize .claim }}
        - {name: data, mountPath: /data}
        {{- end }}
        {{- if and .artifacts (not $s3) }}
        - {name: artifacts, mountPath: /artifacts}
        {{- end }}
        {{- if and .readsData $values.datasets.claim }}
        - {name: datasets, mountPath: /datasets, readOnly: true}
        {{- end }}
        {{- if .exportsClaim }}
        - {name: exports, mountPath: /exports}
        {{- end }}
        {{- if and $kafka.enabled $kafka.caSecret }}
        - {name: kafka-ca, mountPath: /etc/kafka-ca, readOnly: true}
        {{- end }}
        {{- if and .asOperator $kafka.enabled }}
        - {name: kafka-user, mountPath: /etc/kafka-user, readOnly: true}
        {{- end }}
        {{- if $tls }}
        - {name: registry-ca, mountPath: /etc/registry-ca, readOnly: true}
        - {name: registry-token, mountPath: /var/run/registry, readOnly: true}
        {{- end }}
        {{- with .servesTls }}
        - {name: registry-tls, mountPath: /etc/registry-tls, readOnly: true}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {sizeLimit: {{ .tmpSize | default "256Mi" }}}
    {{- with .dataSize }}
    - name: data
      emptyDir: {sizeLimit: {{ . }}}
    {{- end }}
    {{- if and .artifacts (not $s3) }}
    - name: artifacts
      persistentVolumeClaim: {claimName: {{ include "saddle.artifactsClaim" .root }}}
    {{- end }}
    {{- if and .readsData $values.datasets.claim }}
    - name: datasets
      persistentVolumeClaim: {claimName: {{ $values.datasets.claim }}, readOnly: true}
    {{- end }}
    {{- with .exportsClaim }}
    - name: exports
      persistentVolumeClaim: {claimName: {{ . }}}
    {{- end }}
    {{- if and $kafka.enabled $kafka.caSecret }}
    - name: kafka-ca
      secret:
        secretName: {{ $kafka.caSecret }}
        items: [{key: ca.crt, path: ca.crt}]
    {{- end }}
    {{- if and .asOperator $kafka.enabled }}
    - name: kafka-user
      secret:
        secretName: {{ include "saddle.kafkaSecret" (dict "root" .root "user" "operator") }}
        items: [{key: sasl.jaas.config, path: sasl.jaas.config}]
    {{- end }}
    {{- if $tls }}
    - name: registry-ca
      secret:
        secretName: {{ $values.registry.tls.secret }}
        items: [{key: ca.crt, path: ca.crt}]
    - name: registry-token
      projected:
        sources:
          - serviceAccountToken: {audience: {{ $values.registry.tls.audience }}, expirationSeconds: 3600, path: token}
    {{- end }}
    {{- with .servesTls }}
    - name: registry-tls
      secret:
        secretName: {{ . }}
        items: [{key: tls.crt, path: tls.crt}, {key: tls.key, path: tls.key}]
    {{- end }}
{{- end }}

{{/* Up to five minutes for the start: two of them are a service's own patience with a cluster that is not there yet. Whether it
lives never depends on Kafka. */}}
{{- define "saddle.probes" -}}
startupProbe:
  httpGet: {path: {{ .started }}, port: {{ .port }}}
  periodSeconds: 5
  failureThreshold: {{ .failures | default 60 }}
livenessProbe:
  httpGet: {path: {{ .live }}, port: {{ .port }}}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: {{ .ready }}, port: {{ .port }}}
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}

{{- define "saddle.serviceProbes" -}}
{{ include "saddle.probes" (dict "started" "/q/health/started" "live" "/q/health/live" "ready" "/q/health/ready" "port" "http") }}
{{- end }}

{{/* Up to an hour: the console and the worker read first what the topics hold of the past, and nothing of what they have read is kept
if they are ended. */}}
{{- define "saddle.readerProbes" -}}
{{ include "saddle.probes" (dict "started" "/q/health/started" "live" "/q/health/live" "ready" "/q/health/ready" "port" "http" "failures" 720) }}
{{- end }}

{{/* The words by which a command reaches Kafka and the registry as the operator. */}}
{{- define "saddle.operatorArgs" -}}
{{- if .Values.kafka.security.enabled -}}
- --kafka-property=security.protocol={{ .Values.kafka.security.protocol }}
- --kafka-property=sasl.mechanism={{ .Values.kafka.security.mechanism }}
# Read from the file by Kafka's client: everybody in the pod sees a process's arguments.
- --kafka-property=config.providers=dir
- --kafka-property=config.providers.dir.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
- --kafka-property=sasl.jaas.config=${dir:/etc/kafka-user:sasl.jaas.config}
{{- if .Values.kafka.security.caSecret }}
- --kafka-property=ssl.truststore.type=PEM
- --kafka-property=ssl.truststore.location=/etc/kafka-ca/ca.crt
{{- end }}
{{- end }}
{{- if .Values.registry.tls.enabled }}
- --registry-property=bearer.auth.credentials.source=CUSTOM
- --registry-property=bearer.auth.custom.provider.class=io.saddle.serde.TokenFile
- --registry-property=bearer.auth.token.file=/var/run/registry/token
- --registry-property=schema.registry.ssl.truststore.type=PEM
- --registry-property=schema.registry.ssl.truststore.location=/etc/registry-ca/ca.crt
{{- end }}
{{- end }}

{{/* The addresses, for a command's words. */}}
{{- define "saddle.addresses" -}}
- name: KAFKA_BOOTSTRAP_SERVERS
  valueFrom: {configMapKeyRef: {name: cluster, key: KAFKA_BOOTSTRAP_SERVERS}}
- name: SADDLE_REGISTRY_URL
  valueFrom: {configMapKeyRef: {name: cluster, key: SADDLE_REGISTRY_URL}}
{{- end }}

{{/* Metadata of a workload: a dict with root, name, component, ... */}}
{{- define "saddle.metadata" -}}
name: {{ .name }}
labels:
  {{- include "saddle.labels" .root | nindent 2 }}
  {{- omit (include "saddle.podLabels" . | fromYaml) "app.kubernetes.io/part-of" | toYaml | nindent 2 }}
{{- end }}

{{/* A volume claim of a pod's own, and a Service that gives the pods their names; nobody calls them. */}}
{{- define "saddle.ownVolume" -}}
- metadata:
    name: data
    labels: {app.kubernetes.io/part-of: saddle}
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .storageClassName }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests: {storage: {{ .size }}}
{{- end }}

{{- define "saddle.nameService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels:
    {{- include "saddle.labels" .root | nindent 4 }}
spec:
  clusterIP: None
  selector: {app.kubernetes.io/name: {{ .name }}}
  ports:
    - {name: http, port: 8080, targetPort: http}
{{- end }}
