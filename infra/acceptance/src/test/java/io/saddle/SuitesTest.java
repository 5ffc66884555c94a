package io.saddle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.platform.suite.api.SelectClasses;

/** What the build runs in suites. */
class SuitesTest {

    private static final List<String> SUITES = List.of("io.saddle.SharedStackIT", "io.saddle.stack.SharedClusterIT");
    private static final Pattern EXCLUDE = Pattern.compile("<exclude>\\*\\*/(\\w+)\\.java</exclude>");

    /** One that the build ran by itself as well had a whole stack of its own, and nobody noticed. */
    @Test
    void theClassesOfSuitesRunNowhereElse() throws ClassNotFoundException, IOException {
        Set<String> members = new TreeSet<>();
        for (String suite : SUITES) {
            for (Class<?> member :
                    Class.forName(suite).getAnnotation(SelectClasses.class).value()) {
                members.add(member.getSimpleName());
            }
        }
        Set<String> excluded = new TreeSet<>();
        Matcher exclude = EXCLUDE.matcher(Files.readString(Path.of("pom.xml")));
        while (exclude.find()) {
            excluded.add(exclude.group(1));
        }
        assertEquals(members, excluded);
    }
}
