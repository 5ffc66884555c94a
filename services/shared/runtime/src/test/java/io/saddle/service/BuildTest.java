package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class BuildTest {

    private static String build(String... commit) {
        Properties properties = new Properties();
        for (int i = 0; i < commit.length; i += 2) {
            properties.setProperty(commit[i], commit[i + 1]);
        }
        return Build.of("1.2.3", properties);
    }

    @Test
    void twoBuildsOfOneVersionAreToldByTheirCommits() {
        assertEquals("1.2.3+1a2b3c4", build("git.commit.id.abbrev", "1a2b3c4", "git.dirty", "false"));
        assertEquals("1.2.3+1a2b3c4.changed", build("git.commit.id.abbrev", "1a2b3c4", "git.dirty", "true"));
        assertEquals("1.2.3", build(), "no checkout");
    }

    @Test
    void theJarKnowsItsOwn() {
        assertTrue(Build.of("1.2.3").matches("1\\.2\\.3(\\+[0-9a-f]{7,}(\\.changed)?)?"), Build.of("1.2.3"));
    }
}
