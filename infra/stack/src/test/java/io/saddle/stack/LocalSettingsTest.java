package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.access.ArtifactSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSettingsTest {

    @TempDir
    Path folder;

    private LocalSettings load(Map<String, String> environment, Map<String, String> overrides) {
        return LocalSettings.load(new Home(folder), environment, overrides);
    }

    @Test
    void everySettingHasADefaultThatItAccepts() {
        LocalSettings settings = load(Map.of(), Map.of());
        for (Setting setting : Setting.values()) {
            assertEquals(setting.defaultValue(), setting.checked(settings.text(setting), setting.key()));
        }
        assertEquals("127.0.0.1:29092", settings.bootstrapServers());
        assertEquals("http://127.0.0.1:28081/apis/ccompat/v7", settings.registryUrl());
        assertEquals("http://127.0.0.1:28080", settings.consoleUrl());
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws Exception {
        Files.writeString(
                folder.resolve("settings.properties"), "broker.port=1001\nregistry.port=1002\nconsole.port=1003\n");
        LocalSettings settings = load(
                Map.of("SADDLE_REGISTRY_PORT", "2002", "SADDLE_CONSOLE_PORT", "2003"), Map.of("console.port", "3003"));
        assertEquals(1001, settings.number(Setting.BROKER_PORT));
        assertEquals(2002, settings.number(Setting.REGISTRY_PORT));
        assertEquals(3003, settings.number(Setting.CONSOLE_PORT));
    }

    @Test
    void anUnknownSettingIsRefusedWithThoseThatExist() {
        InvalidSettingException e =
                assertThrows(InvalidSettingException.class, () -> load(Map.of(), Map.of("broker.prot", "1")));
        assertTrue(
                e.getMessage().startsWith("--set broker.prot: no such setting; there are broker.port, "),
                e.getMessage());
    }

    @Test
    void aValueThatASettingCannotHaveIsRefusedWithItsSource() {
        assertEquals(
                "SADDLE_BROKER_PORT: must be a port (1 to 65535), was '70000'",
                assertThrows(InvalidSettingException.class, () -> load(Map.of("SADDLE_BROKER_PORT", "70000"), Map.of()))
                        .getMessage());
        assertEquals(
                "--set console.heap: must be a size such as 512m or 2g, was 'lots'",
                assertThrows(InvalidSettingException.class, () -> load(Map.of(), Map.of("console.heap", "lots")))
                        .getMessage());
    }

    /** The second process did not start, and the doctor saw nothing. */
    @Test
    void twoProcessesOnOnePortAreRefused() {
        Map<String, String> one = Map.of("broker.port", "4711", "console.port", "4711");
        InvalidSettingException refused = assertThrows(InvalidSettingException.class, () -> load(Map.of(), one));
        assertEquals("broker.port and console.port are both 4711: each needs a port of its own", refused.getMessage());
    }

    @Test
    void stacksMayShareTheirClassifiers() {
        assertEquals(
                new Home(folder).data("classifiers"), load(Map.of(), Map.of()).classifiers());
        Map<String, String> environment = Map.of("SADDLE_CLASSIFIERS_DIR", "/shared/classifiers");
        assertEquals(Path.of("/shared/classifiers"), load(environment, Map.of()).classifiers());
    }

    /** Of another one each command would find what lies below its own working folder, the supervisor a stack without users. */
    @Test
    void aFolderIsAbsolute() {
        for (String key : List.of("security.dir", "classifiers.dir")) {
            assertEquals(
                    "--set " + key + ": must be an absolute folder, was 'kept'",
                    assertThrows(InvalidSettingException.class, () -> load(Map.of(), Map.of(key, "kept")))
                            .getMessage());
        }
        assertEquals(
                Path.of("/srv/certs/users"),
                load(Map.of("SADDLE_SECURITY_DIR", "/srv/certs"), Map.of())
                        .securityFolder()
                        .userFiles());
    }

    @Test
    void aRuleForWhatIsKeptIsATime() {
        assertEquals("", load(Map.of(), Map.of()).text(Setting.RETENTION_ARCHIVED));
        assertEquals(
                "90d",
                load(Map.of(), Map.of("artifacts.retention.archived", "90d")).text(Setting.RETENTION_ARCHIVED));
        assertEquals(
                "--set artifacts.retention.ended: must be a time such as 12h or 90d, was 'soon'",
                assertThrows(
                                InvalidSettingException.class,
                                () -> load(Map.of(), Map.of("artifacts.retention.ended", "soon")))
                        .getMessage());
    }

    @Test
    void artifactsLieWithTheStacksDataUnlessToldOtherwise() {
        assertEquals(
                new Home(folder).data("artifacts").toUri(),
                load(Map.of(), Map.of()).artifacts().root());
        String wrong = assertThrows(
                        InvalidSettingException.class, () -> load(Map.of(), Map.of("artifacts.root", "/srv/artifacts")))
                .getMessage();
        assertEquals(
                "--set artifacts.root: must be file:/absolute/folder or s3://bucket/prefix, was '/srv/artifacts'",
                wrong);
    }

    @Test
    void aBucketIsReachedByWhatTheEnvironmentSays() {
        Map<String, String> environment = Map.of(
                "SADDLE_ARTIFACTS_ROOT", "s3://bucket/saddle",
                "SADDLE_ARTIFACTS_S3_ENDPOINT", "http://minio:9000",
                "SADDLE_ARTIFACTS_S3_ACCESS_KEY", "key",
                "SADDLE_ARTIFACTS_S3_SECRET_KEY", "secret");
        ArtifactSettings artifacts = load(environment, Map.of()).artifacts();

        assertEquals(URI.create("s3://bucket/saddle"), artifacts.root());
        assertTrue(artifacts.toString().contains("http://minio:9000"), artifacts::toString);
        assertTrue(
                artifacts
                        .toString()
                        .contains(new Home(folder).data("artifact-cache").toString()),
                artifacts::toString);
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> load(
                                        Map.of("SADDLE_ARTIFACTS_S3_SECRET_KEY", "x"),
                                        Map.of("artifacts.root", "s3://bucket"))
                                .artifacts())
                .getMessage()
                .startsWith("saddle.artifacts.s3.access-key is not set"));
    }

    @Test
    void extraJavaFlagsComeFromTheEnvironmentOfTheProcess() {
        LocalSettings settings = load(Map.of("SADDLE_JAVA_OPTS_PRIMAL_TRAINER", " -Xmx4g  -Da=b "), Map.of());
        assertEquals(List.of("-Xmx4g", "-Da=b"), settings.javaOptions("primal-trainer"));
        assertEquals(List.of(), settings.javaOptions("console"));
    }

    @Test
    void aSecretAmongJavaFlagsIsRefusedForProcessListsWouldShowIt() {
        for (String name : List.of(
                "saddle.artifacts.s3.secret-key",
                "saddle.console.operator-password",
                "saddle.kafka.sasl.jaas.config",
                "saddle.kafka.ssl.keystore.key",
                "saddle.registry.client.basic.auth.user.info",
                "quarkus.oidc.credentials.client-secret.value",
                "quarkus.security.users.embedded.users.ann",
                "saddle.registry.client.bearer.auth.token")) {
            LocalSettings settings = load(Map.of("SADDLE_JAVA_OPTS_CONSOLE", "-Da=b -D" + name + "=hush"), Map.of());
            String refused = assertThrows(InvalidSettingException.class, () -> settings.javaOptions("console"))
                    .getMessage();
            assertTrue(refused.contains(name) && refused.contains(Setting.variable(name)), refused);
            assertTrue(!refused.contains("hush"), refused);
        }
    }
}
