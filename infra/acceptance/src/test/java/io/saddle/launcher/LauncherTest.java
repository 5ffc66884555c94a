package io.saddle.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.stack.Distribution;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ./saddle in a folder of its own: which Maven builds. Neither Maven here builds anything; each says which one it is. */
class LauncherTest {

    private static final Path ROOT = Distribution.locate().root();

    @TempDir
    Path project;

    @BeforeEach
    void copyLauncher() throws IOException, NoSuchAlgorithmException {
        for (String folder : List.of("schemas", "services", "infra", ".mvn/wrapper", "bin")) {
            Files.createDirectories(project.resolve(folder));
        }
        Files.createFile(project.resolve("pom.xml"));
        Files.copy(ROOT.resolve("saddle"), project.resolve("saddle"));
        script("mvnw", "echo built by the wrapper; exit 1");
        Files.writeString(project.resolve(".mvn/wrapper/mvnw.sha256"), sha256(project.resolve("mvnw")) + "  mvnw\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.9.0", "3.9.16", "3.10.1", "4.0.0"})
    void shouldBuildWithAMavenThatIsNewEnough(String version) throws IOException, InterruptedException {
        maven("Apache Maven " + version);
        assertTrue(run().contains("built by mvn"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Apache Maven 3.6.3 (cecedd343002696d0abb50b32b541b8a6ba2883f)", "Apache Maven 3.8.9", ""})
    void shouldBuildWithTheWrapperElse(String says) throws IOException, InterruptedException {
        maven(says);
        assertTrue(run().contains("built by the wrapper"));
    }

    @Test
    void shouldNotRunAWrapperThatWasChanged() throws IOException, InterruptedException {
        maven("Apache Maven 3.6.3");
        script("mvnw", "echo built by another wrapper; exit 1");
        String said = run();
        assertFalse(said.contains("built by"), said);
        assertTrue(said.contains("mvnw is not the one"), said);
    }

    @Test
    void shouldHaveTheWrapperWhoseSumIsPinned() throws IOException, NoSuchAlgorithmException {
        assertEquals(
                Files.readString(ROOT.resolve(".mvn/wrapper/mvnw.sha256")).split("\\s")[0],
                sha256(ROOT.resolve("mvnw")));
    }

    /** They failed, a worker's tasks too: a class is read when it is first used, from jars that were being written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "infra/lab/target/saddle-lab.jar worker",
                "infra/lab/target/saddle-lab.jar data import faces",
                "infra/broker/target/saddle-broker.jar"
            })
    void shouldNotExchangeTheJarsUnderWhatRunsFromThem(String running) throws IOException, InterruptedException {
        maven("Apache Maven 3.9.16");
        Path jar = project.resolve("infra/lab/target/saddle-lab.jar");
        Files.createDirectories(jar.getParent());
        Files.createFile(jar);
        script("stands-for-java", "sleep 60");
        Process process = new ProcessBuilder(
                        project.resolve("stands-for-java").toString(),
                        "-jar",
                        project.resolve(running).toString())
                .start();
        try {
            assertTrue(run().contains("sources have changed since the build that runs now"));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertTrue(run().contains("built by mvn"), "what has ended keeps nobody");
    }

    private void maven(String version) throws IOException {
        script("bin/mvn", "[ \"$1\" != -v ] || { echo '" + version + "'; exit; }; echo built by mvn; exit 1");
    }

    private void script(String place, String text) throws IOException {
        Path file = Files.writeString(project.resolve(place), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** @return what it says */
    private String run() throws IOException, InterruptedException {
        ProcessBuilder launcher = new ProcessBuilder(project.resolve("saddle").toString(), "status");
        launcher.environment()
                .merge("PATH", project.resolve("bin").toString(), (old, bin) -> bin + File.pathSeparator + old);
        Process process = launcher.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(1, process.waitFor(), said);
        return said;
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
