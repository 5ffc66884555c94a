package io.saddle.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.stack.testing.TestCluster;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check that deployments are held to is itself right. */
class DeploymentKeysTest {

    private static final DeploymentKeys KEYS = DeploymentKeys.ofBuild();

    private static Map<String, String> complete(String service) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "QUARKUS_HTTP_HOST", "0.0.0.0",
                "KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
                "SADDLE_REGISTRY_URL", "http://registry:8080/apis/ccompat/v7"));
        if (!service.equals("console")) {
            environment.put("SADDLE_DATA_DIR", "/data");
        }
        if (!service.equals("dual-updater")) {
            environment.put("SADDLE_ARTIFACTS_ROOT", "file:/artifacts");
            environment.put("SADDLE_DATA_ROOTS", "/import");
        }
        if (service.equals("console")) {
            environment.put("SADDLE_CONSOLE_OPERATOR_PASSWORD", "a long password");
        }
        return environment;
    }

    private static List<String> problemsWith(String service, String variable, String value) {
        Map<String, String> environment = complete(service);
        environment.put(variable, value);
        return KEYS.problems(service, environment);
    }

    @Test
    void aServiceNeedsNothingMoreThanAddressesFoldersAndThePassword() {
        for (String service : TestCluster.SERVICES) {
            assertEquals(List.of(), KEYS.problems(service, complete(service)));
        }
    }

    @Test
    void whateverIsLeftOutIsMissed() {
        for (String service : TestCluster.SERVICES) {
            for (String variable : complete(service).keySet()) {
                Map<String, String> environment = complete(service);
                environment.remove(variable);
                assertTrue(
                        KEYS.problems(service, environment).stream().anyMatch(problem -> problem.contains(variable)),
                        service + " without " + variable);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "primal-trainer, SADDLE_TRAINER_THREADS, 4",
        "primal-trainer, SADDLE_KAFKA_SECURITY_PROTOCOL, SASL_SSL",
        "primal-trainer, SADDLE_KAFKA_SASL_JAAS_CONFIG, secret",
        "primal-trainer, SADDLE_KAFKA_SSL_TRUSTSTORE_LOCATION, /run/secrets/ca.p12",
        "primal-trainer, SADDLE_REGISTRY_CLIENT_BASIC_AUTH_USER_INFO, user:password",
        "primal-trainer, SADDLE_REGISTRY_CLIENT_SCHEMA_REGISTRY_SSL_TRUSTSTORE_LOCATION, /run/secrets/ca.p12",
        "primal-trainer, QUARKUS_OTEL_SDK_DISABLED, false",
        "primal-trainer, QUARKUS_LOG_CATEGORY__IO_SADDLE__LEVEL, DEBUG",
        "primal-trainer, JDK_JAVA_OPTIONS, -Xmx1g -Dsaddle.trainer.threads=4",
        "dual-updater, SADDLE_STREAMS_REPLICATION_FACTOR, 3",
        "dual-updater, SADDLE_KAFKA_NUM_STANDBY_REPLICAS, 1",
        "fid-evaluator, SADDLE_FID_INCEPTION_PATH, /inception.pt",
        "constraint-evaluator, SADDLE_EVALUATOR_DEPLOYMENT, second",
        "console, SADDLE_CONSOLE_VIEWER_PASSWORD, another password",
        "console, QUARKUS_SECURITY_USERS_EMBEDDED_USERS_ADA, another password",
        "console, QUARKUS_OIDC_AUTH_SERVER_URL, https://id.example.org",
    })
    void whatAServiceReadsIsKnown(String service, String variable, String value) {
        assertEquals(List.of(), problemsWith(service, variable, value));
    }

    @ParameterizedTest
    @CsvSource({
        "primal-trainer, SADDLE_TRAINER_THREAD, 4",
        "dual-updater, SADDLE_TRAINER_THREADS, 4",
        "console, SADDLE_DATA_DIR, /data",
        "primal-trainer, SADDLE_KAFKA_NUM_STANDBY_REPLICAS, 1",
        "primal-trainer, SADDLE_KAFKA_SECURITY_PROTOKOL, SASL_SSL",
        "primal-trainer, SADDLE_REGISTRY_CLIENT_BASIC_AUTH_USER, user",
        "primal-trainer, QUARKUS_HTTP_PROT, 8080",
        "primal-trainer, QUARKUS_OIDC_AUTH_SERVER_URL, https://id.example.org",
        "primal-trainer, KAFKA_BOOTSTRAP_SERVER, kafka:9092",
        "primal-trainer, JDK_JAVA_OPTIONS, -Dsaddle.trainer.thread=4",
        "primal-trainer, QUARKUS_HTTP_ROOT_PATH, /saddle",
        "primal-trainer, QUARKUS_HTTP_HOST, 127.0.0.1",
        "console, SADDLE_CONSOLE_VIEWER_PASSWORD, ''",
    })
    void whatHasNoEffectIsFound(String service, String variable, String value) {
        List<String> problems = problemsWith(service, variable, value);
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).startsWith(service + ": " + variable), problems.toString());
    }
}
