package io.saddle.cli.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSettingsTest {

    private static CommandRun run(String option, String setting) throws Exception {
        return CommandRun.of("topics", "asyncapi", "--bootstrap", "127.0.0.1:1", option, setting);
    }

    @ParameterizedTest
    @CsvSource({
        "--kafka-property, sasl.jaas.config, saddle.kafka.",
        "--kafka-property, ssl.keystore.key, saddle.kafka.",
        "--kafka-property, ssl.truststore.password, saddle.kafka.",
        "--kafka-property, sasl.oauthbearer.client.credentials.client.secret, saddle.kafka.",
        "--registry-property, basic.auth.user.info, saddle.registry.client.",
        "--registry-property, bearer.auth.token, saddle.registry.client."
    })
    void aSecretIsNotTakenFromACommandLineNorRepeated(String option, String name, String prefix) throws Exception {
        CommandRun refused = run(option, name + "=s3cret");
        assertEquals(2, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains(option + " " + name), refused.err());
        assertTrue(refused.err().contains(prefix + name + "=..."), refused.err());
        assertFalse((refused.err() + refused.out()).contains("s3cret"), refused.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "security.protocol=SASL_SSL",
                "ssl.truststore.location=/etc/ca.crt",
                "sasl.oauthbearer.token.endpoint.url=https://id.example.org/token",
                "sasl.jaas.config=${dir:/etc/kafka-user:sasl.jaas.config}"
            })
    void whatIsNoneOrSaysWhereOneIsIsTaken(String setting) throws Exception {
        CommandRun taken = run("--kafka-property", setting);
        assertEquals(0, taken.exitCode(), taken.err());
    }
}
