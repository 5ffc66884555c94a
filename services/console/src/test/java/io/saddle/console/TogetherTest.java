package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.suite.api.SelectClasses;

/**
 * The suites hold every test of a console that has no settings of its own. Surefire with more than one JVM hands over class by class,
 * and Quarkus ends a console with each (its issue 43979): a suite is one class. They are named by words, since Quarkus has to
 * load them. Each can also be run by itself ({@code -Dtest=...}).
 */
class TogetherTest {

    private static final List<Class<?>> SUITES =
            List.of(RunPagesTogetherTest.class, ViewsTogetherTest.class, ResourcesTogetherTest.class);

    @Test
    void everyTestOfAConsoleIsInOneSuite() throws Exception {
        List<String> held = SUITES.stream()
                .flatMap(suite ->
                        Stream.of(suite.getAnnotation(SelectClasses.class).names()))
                .sorted()
                .toList();
        assertEquals(ofConsoles(), held);
    }

    private static List<String> ofConsoles() throws Exception {
        Path compiled = Path.of(TogetherTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(compiled)) {
            return files.map(file -> compiled.relativize(file).toString().replace('/', '.'))
                    .filter(name -> name.endsWith("Test.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .filter(TogetherTest::isOfAConsole)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isOfAConsole(String name) {
        try {
            Class<?> test = Class.forName(name, false, TogetherTest.class.getClassLoader());
            return test.isAnnotationPresent(QuarkusTest.class) && !test.isAnnotationPresent(TestProfile.class);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
