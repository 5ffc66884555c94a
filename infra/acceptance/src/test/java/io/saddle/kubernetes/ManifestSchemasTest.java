package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check that manifests are held to is itself right. */
class ManifestSchemasTest {

    private static final ManifestSchemas SCHEMAS = new ManifestSchemas();

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: one}
            spec:
              replicas: 1
              selector: {matchLabels: {a: b}}
              template:
                metadata: {labels: {a: b}}
                spec:
                  containers:
                    - name: one
                      image: one:1
                      imagePullPolicy: Always
                      ports: [{name: http, containerPort: 80}]
                      livenessProbe: {httpGet: {path: /, port: http}, periodSeconds: 5}
                      resources: {limits: {cpu: 1, memory: 1Gi}}
            """;

    private static final String TOPIC = """
            apiVersion: kafka.strimzi.io/v1
            kind: KafkaTopic
            metadata: {name: one}
            spec: {partitions: 4, replicas: 3, config: {retention.ms: "-1"}}
            """;

    private static final String USER = """
            apiVersion: kafka.strimzi.io/v1
            kind: KafkaUser
            metadata: {name: one}
            spec:
              authentication: {type: scram-sha-512}
              authorization:
                type: simple
                acls:
                  - resource: {type: topic, name: one, patternType: literal}
                    operations: [Read]
            """;

    private static final String SCALED = """
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            metadata: {name: one}
            spec:
              scaleTargetRef: {name: one}
              minReplicaCount: 1
              triggers: [{type: kafka, metadata: {topic: one}}]
            """;

    private static List<String> problems(String yaml) throws IOException {
        JsonNode resource = new YAMLMapper().readTree(yaml);
        return SCHEMAS.problems(resource);
    }

    private static String of(String kind) {
        return switch (kind) {
            case "Deployment" -> DEPLOYMENT;
            case "KafkaTopic" -> TOPIC;
            case "KafkaUser" -> USER;
            default -> SCALED;
        };
    }

    @Test
    void whatIsRightIsLetPass() throws IOException {
        for (String yaml : List.of(DEPLOYMENT, TOPIC, USER, SCALED)) {
            assertEquals(List.of(), problems(yaml));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Deployment, replicas:, replica:",
        "Deployment, livenessProbe:, livenesProbe:",
        "Deployment, periodSeconds:, periodSecond:",
        "Deployment, limits:, limit:",
        "Deployment, replicas: 1, replicas: one",
        "Deployment, imagePullPolicy: Always, imagePullPolicy: Sometimes",
        "Deployment, selector:, selecter:",
        "Deployment, apps/v1, apps/v1beta1",
        "KafkaTopic, partitions:, partition:",
        "KafkaTopic, strimzi.io/v1, strimzi.io/v1beta2",
        "KafkaUser, operations: [Read], operation: Read",
        "KafkaUser, Read, Reed",
        "KafkaUser, patternType: literal, patternType: prefixed",
        "ScaledObject, minReplicaCount:, minReplicas:",
        "ScaledObject, triggers:, trigger:",
    })
    void aMisspeltFieldOrValueIsFound(String kind, String right, String wrong) throws IOException {
        assertTrue(of(kind).contains(right));
        assertTrue(!problems(of(kind).replace(right, wrong)).isEmpty(), wrong + " was let pass");
    }
}
