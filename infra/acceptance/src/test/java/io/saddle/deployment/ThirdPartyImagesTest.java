package io.saddle.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that others make are in one list, and everywhere as they are there. */
class ThirdPartyImagesTest {

    private static final Path ROOT = Distribution.locate().root();
    private static final String DIGEST = "@sha256:" + "0a".repeat(32);
    private static final Pattern EXACT = Pattern.compile("[a-z/-]+:v?\\d[\\w.-]*(@sha256:[0-9a-f]{64})?");
    private static final Pattern USE =
            Pattern.compile("(?:\\n *image: |BASE: |ARG BASE=|ARG JRE=|base-jvm-image=)\"?([^\\s\"]+)");

    /** Where images are used, relative to the root. */
    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>(List.of(
                Path.of("docker-compose.yml"), Path.of("infra/images/Dockerfile"), Path.of("infra/images/jib")));
        try (Stream<Path> all = Files.walk(ROOT.resolve("k8s"))) {
            all.filter(file -> file.toString().endsWith(".yaml"))
                    .map(ROOT::relativize)
                    .forEach(files::add);
        }
        return files;
    }

    private static Set<String> used(Path root) throws IOException {
        Set<String> used = new TreeSet<>();
        for (Path file : files()) {
            Matcher use = USE.matcher(Files.readString(root.resolve(file)));
            while (use.find()) {
                if (!use.group(1).startsWith("saddle/")) {
                    used.add(use.group(1));
                }
            }
        }
        return used;
    }

    @Test
    void whatIsUsedIsWhatIsListed() throws IOException {
        assertEquals(ThirdPartyImages.all(), used(ROOT), "infra/images/pin writes the list to where it is used");
    }

    @Test
    void everyVersionIsExactAndThoseOfTheBuildAreTheBuilds() throws IOException {
        for (String image : ThirdPartyImages.all()) {
            assertTrue(EXACT.matcher(image).matches(), image);
        }
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        String list = Files.readString(ThirdPartyImages.FILE);
        for (String version : List.of("kafka", "apicurio-image")) {
            Matcher matcher =
                    Pattern.compile("<" + version + ".version>([^<]+)<").matcher(pom);
            assertTrue(matcher.find(), version);
            String name = version.equals("kafka") ? "apache/kafka" : "apicurio/apicurio-registry";
            assertTrue(list.contains("\n" + name + ":" + matcher.group(1)), name);
        }
    }

    private static Path copyTo(Path folder) throws IOException {
        List<Path> copied = files();
        copied.add(Path.of("infra/images/pin"));
        copied.add(Path.of("infra/images/third-party"));
        for (Path file : copied) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.copy(ROOT.resolve(file), folder.resolve(file));
        }
        return folder;
    }

    private static int pin(Path root, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "infra/images/pin"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment()
                .compute("PATH", (name, path) -> root.resolve("bin") + System.getProperty("path.separator") + path);
        return builder.redirectErrorStream(true)
                .redirectOutput(root.resolve("pin.log").toFile())
                .start()
                .waitFor();
    }

    @Test
    void anotherVersionIsWrittenToWhereItIsUsedWithAndWithoutADigest(@TempDir Path folder) throws Exception {
        Path copy = copyTo(folder);
        for (String digest : List.of(DIGEST, "")) {
            Set<String> pinned = new TreeSet<>();
            for (String image : ThirdPartyImages.all()) {
                pinned.add(image.replaceAll(":.*", ":7.0.1") + digest);
            }
            Files.write(copy.resolve("infra/images/third-party"), pinned);
            assertEquals(0, pin(copy));
            assertEquals(pinned, used(copy));
        }
    }

    @Test
    void digestsAreThoseThatTheEngineFindsOrNothingChanges(@TempDir Path folder) throws Exception {
        Path copy = copyTo(folder);
        String list = Files.readString(copy.resolve("infra/images/third-party"));
        Path docker = Files.createDirectories(copy.resolve("bin")).resolve("docker");
        Files.writeString(docker, "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
        assertNotEquals(0, pin(copy, "--digests"));
        assertEquals(list, Files.readString(copy.resolve("infra/images/third-party")));

        Files.writeString(docker, "#!/bin/sh\necho " + DIGEST.substring(1) + "\n");
        for (int again = 0; again < 2; again++) {
            assertEquals(0, pin(copy, "--digests"));
            Set<String> pinned = new TreeSet<>();
            ThirdPartyImages.all().forEach(image -> pinned.add(image.replaceAll("@.*", "") + DIGEST));
            assertEquals(pinned, used(copy));
        }
    }
}
