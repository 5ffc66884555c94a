package io.saddle.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layout of the code: arrows one way, lab -> cli -> stack -> services/shared -> schemas, and no circle. */
class ArchitectureTest {

    /** The main classes of every module; what Avro generates is left out. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar!") && !location.contains("/io/saddle/schema/"))
            .importPackages("io.saddle");

    private static final Path ROOT = Distribution.locate().root();
    private static final Pattern SENTENCE =
            Pattern.compile("/\\*\\*\\W*[A-Z][^.]+\\..*\\*/\\s*package ", Pattern.DOTALL);

    private static final List<String> SERVICES =
            List.of("primaltrainer", "dualupdater", "constraintevaluator", "fidevaluator", "console");

    private static final String[] KAFKA = {"org.apache.kafka..", "io.saddle.kafka.."};
    private static final String[] DJL = {"ai.djl..", "io.saddle.diffusion.."};

    /** Packages, and all that they may not name. */
    private static Stream<Rule> rules() {
        Stream<Rule> wings = Stream.of(
                new Rule(
                        "io.saddle.diffusion..",
                        "org.apache.kafka..",
                        "org.apache.avro..",
                        "io.saddle.schema..",
                        "io.saddle.kafka.."),
                new Rule(
                        "io.saddle.diffusion..",
                        "io.saddle.topic..",
                        "io.saddle.serde..",
                        "io.saddle.run..",
                        "io.saddle.artifact.."),
                new Rule("io.saddle.serde..", DJL),
                new Rule("io.saddle.topic..", DJL),
                new Rule("io.saddle.asyncapi..", DJL),
                new Rule("io.saddle.run..", DJL),
                new Rule(
                        "io.saddle.run..",
                        "org.apache.kafka..",
                        "io.saddle.kafka..",
                        "io.saddle.artifact..",
                        "io.saddle.service.."),
                new Rule("io.saddle.artifact..", DJL),
                new Rule("io.saddle.artifact..", KAFKA),
                new Rule("io.saddle.kafka..", DJL),
                new Rule("io.saddle.service..", DJL),
                new Rule("io.saddle.dataset..", DJL),
                new Rule("io.saddle.dataset..", KAFKA),
                new Rule("io.saddle.dataset..", "io.saddle.run..", "io.saddle.dataimport..", "io.saddle.model.."),
                new Rule("io.saddle.dataimport..", DJL),
                new Rule("io.saddle.dataimport..", "io.saddle.run..", "io.saddle.model.."),
                new Rule("io.saddle.model..", KAFKA),
                new Rule("io.saddle.model..", "io.saddle.dataimport.."),
                new Rule("io.saddle.stack..", "io.saddle.cli..", "io.saddle.lab..", "io.saddle.diffusion.."),
                new Rule("io.saddle.cli..", "io.saddle.lab..", "org.openqa.selenium.."));
        Stream<Rule> services = SERVICES.stream()
                .map(service -> new Rule(
                        "io.saddle." + service + "..",
                        Stream.concat(
                                        Stream.of("io.saddle.stack..", "io.saddle.cli..", "io.saddle.lab.."),
                                        SERVICES.stream()
                                                .filter(other -> !other.equals(service))
                                                .map(other -> "io.saddle." + other + ".."))
                                .toArray(String[]::new)));
        String[] users = Stream.concat(SERVICES.stream(), Stream.of("stack", "cli", "lab"))
                .map(name -> "io.saddle." + name + "..")
                .toArray(String[]::new);
        Stream<Rule> shared = Stream.of(
                        "diffusion",
                        "run",
                        "artifact",
                        "kafka",
                        "service",
                        "tracing",
                        "model",
                        "dataset",
                        "dataimport",
                        "topic",
                        "serde",
                        "asyncapi")
                .map(room -> new Rule("io.saddle." + room + "..", users));
        return Stream.of(wings, services, shared).flatMap(Function.identity());
    }

    /** A package and those that its classes may not depend on. */
    private record Rule(String of, String... forbidden) {

        @Override
        public String toString() {
            return of + " without " + String.join(", ", forbidden);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void arrowsRunOneWay(Rule rule) {
        noClasses()
                .that()
                .resideInAPackage(rule.of())
                .should()
                .dependOnClassesThat(resideInAnyPackage(rule.forbidden()))
                .check(CLASSES);
    }

    @Test
    void djlsInternalClassesAreNamedInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.saddle.diffusion.torch")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl.pytorch..")
                .check(CLASSES);
    }

    @Test
    void noPackagesFormACircle() {
        slices().assignedFrom(by("package", JavaClass::getPackageName))
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void noFilesFormACircle() {
        slices().assignedFrom(by("file", ArchitectureTest::file))
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serde",
                "run.spec",
                "artifact.s3",
                "kafka",
                "diffusion.training",
                "model",
                "dataset",
                "dataimport.source",
                "dataimport.parquet",
                "primaltrainer.loop",
                "dualupdater",
                "constraintevaluator",
                "fidevaluator",
                "console",
                "stack",
                "cli.run",
                "lab.soak"
            })
    void everyModuleIsAmongTheClasses(String room) {
        assertTrue(CLASSES.stream().anyMatch(each -> each.getPackageName().equals("io.saddle." + room)), room);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        Set<Path> silent = new TreeSet<>();
        for (Path folder : sourceFolders()) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info) || !SENTENCE.matcher(Files.readString(info)).find()) {
                silent.add(ROOT.relativize(folder));
            }
        }
        assertEquals(Set.of(), silent);
    }

    /** Folders of main code that hold classes. */
    private static Set<Path> sourceFolders() throws IOException {
        Set<Path> folders = new TreeSet<>();
        for (String top : List.of("schemas", "services", "infra")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(top))) {
                files.filter(file -> file.toString().contains("/src/main/java/")
                                && file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .forEach(folders::add);
            }
        }
        assertTrue(folders.size() > 50, folders.toString());
        return folders;
    }

    private static String file(JavaClass each) {
        JavaClass outer = each;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getName();
    }

    private static SliceAssignment by(String kind, Function<JavaClass, String> name) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass each) {
                return each.getPackageName().startsWith("io.saddle")
                        ? SliceIdentifier.of(name.apply(each))
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "each " + kind;
            }
        };
    }
}
