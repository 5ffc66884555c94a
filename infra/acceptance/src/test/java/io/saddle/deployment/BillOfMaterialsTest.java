package io.saddle.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.saddle.stack.Distribution;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an image's bill of materials says, against the jars that the image gets. */
class BillOfMaterialsTest {

    private static final Path ROOT = Distribution.locate().root();

    /** Each may be passed on in an image; NOTICE says which is chosen where there are several. */
    private static final Set<String> PERMITTED = Set.of(
            "Apache-2.0",
            "MIT",
            "MIT-0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BSD-4-Clause",
            "CC0-1.0",
            "EPL-1.0",
            "EPL-2.0");

    static Stream<Path> images() {
        return Stream.concat(
                TestCluster.SERVICES.stream()
                        .map(service -> ROOT.resolve("services").resolve(service)),
                Stream.of(ROOT.resolve("infra/cli")));
    }

    @ParameterizedTest
    @MethodSource("images")
    void shouldNameEveryJar(Path module) throws IOException {
        BillOfMaterials bill = BillOfMaterials.read(module.resolve("target/sbom.cdx.json"));
        List<String> jars = jars(module);
        assertFalse(jars.isEmpty());
        assertEquals(
                List.of(),
                jars.stream().filter(jar -> bill.ofFile(jar).isEmpty()).toList());
    }

    @ParameterizedTest
    @MethodSource("images")
    void shouldNameALicenceUnderWhichEachLibraryCanBePassedOn(Path module) throws IOException {
        assertEquals(
                List.of(),
                BillOfMaterials.read(module.resolve("target/sbom.cdx.json")).libraries().stream()
                        .filter(library -> Collections.disjoint(library.licences(), PERMITTED))
                        .toList());
    }

    private static List<String> jars(Path module) throws IOException {
        Path service = module.resolve("target/quarkus-app/lib");
        try (Stream<Path> files = Files.walk(Files.exists(service) ? service : module.resolve("target/lib"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }
}
