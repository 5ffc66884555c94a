package io.saddle.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.doctor.Finding.Status;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConsoleChecksTest {

    private static final String SERVICE =
            "{\"service\":\"%s\",\"build\":\"%s\",\"announcedAt\":\"2026-01-01T00:00:0%sZ\"}";

    @RegisterExtension
    final FakeConsole fake = new FakeConsole();

    private ConsoleChecks checks() {
        return new ConsoleChecks(new ConsoleClient(fake.url()));
    }

    private void services(String... services) {
        fake.on("GET /api/evaluators?all=true", Answer.json(200, "[" + String.join(",", services) + "]"));
    }

    @Test
    void whoMayChangeRunsIsFine() {
        fake.on("GET /api/me", Answer.json(200, "{\"name\":\"ada\",\"operator\":true}"));
        services();
        Finding finding = checks().console();
        assertEquals(Status.OK, finding.status(), finding.message());
        assertTrue(finding.message().endsWith("logged in as ada, may change runs"), finding.message());
    }

    @Test
    void aViewerIsAWarningAndAWrongPasswordFails() {
        fake.on("GET /api/me", Answer.json(200, "{\"name\":\"viewer\",\"operator\":false}"), Answer.json(401, "{}"));
        ConsoleChecks checks = checks();
        Finding viewer = checks.console();
        assertEquals(Status.WARNING, viewer.status());
        assertTrue(viewer.remedy().contains("SADDLE_CONSOLE_USER"), viewer.remedy());
        Finding wrong = checks.console();
        assertEquals(Status.FAILED, wrong.status());
        assertTrue(wrong.message().contains("SADDLE_CONSOLE_PASSWORD"), wrong.message());
    }

    @Test
    void aConsoleThatIsAwayFails() {
        ConsoleChecks checks = checks();
        fake.stop();
        Finding finding = checks.console();
        assertEquals(Status.FAILED, finding.status());
        assertTrue(finding.message().contains("does not answer"), finding.message());
    }

    @Test
    void servicesThatSayNothingAreMissedAndOthersBuildsNamed() {
        services(SERVICE.formatted("primal-trainer", "0.1.0", 1), SERVICE.formatted("fid-evaluator", "0.0.9", 2));
        ConsoleChecks checks = checks();
        Finding missing = checks.services();
        assertEquals(Status.FAILED, missing.status());
        assertEquals("the console hears nothing of constraint-evaluator", missing.message());
        Finding versions = checks.versions("0.1.0");
        assertEquals(Status.WARNING, versions.status());
        assertEquals("0.1.0 here, 0.0.9 and 0.1.0 of the services", versions.message());
        assertEquals(Optional.of(Instant.parse("2026-01-01T00:00:02Z")), checks.newest());
    }

    @Test
    void whereAllAreThereItIsFine() {
        services(
                SERVICE.formatted("primal-trainer", "0.1.0", 1), SERVICE.formatted("constraint-evaluator", "0.1.0", 2));
        ConsoleChecks checks = checks();
        assertEquals(Status.OK, checks.services().status());
        assertEquals(Status.OK, checks.versions("0.1.0").status());
    }
}
