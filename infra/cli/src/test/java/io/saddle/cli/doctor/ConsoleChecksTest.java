package io.saddle.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.doctor.Finding.Status;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsResult;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
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
                SERVICE.formatted("primal-trainer", "0.1.0", 1),
                SERVICE.formatted("constraint-evaluator", "0.1.0", 2),
                SERVICE.formatted("fid-evaluator", "0.1.0", 3));
        ConsoleChecks checks = checks();
        assertEquals(Status.OK, checks.services().status());
        assertEquals(Status.OK, checks.versions("0.1.0").status());
    }

    @Test
    void withoutAFidEvaluatorRunsTrainAndThatIsAWarning() {
        services(
                SERVICE.formatted("primal-trainer", "0.1.0", 1), SERVICE.formatted("constraint-evaluator", "0.1.0", 2));
        Finding finding = checks().services();
        assertEquals(Status.WARNING, finding.status(), finding.message());
        assertTrue(finding.message().startsWith("the console hears nothing of fid-evaluator"), finding.message());
    }

    private static String run(String id, String phase, String more) {
        return "{\"runId\":\"" + id + "\",\"phase\":\"" + phase + "\",\"desiredState\":\"RUNNING\"," + more + "}";
    }

    /** All was OK while a run waited for data that were nowhere. */
    @Test
    void whatARunWaitsForBesidesASeatIsTold() {
        String trains = run("a", "TRAINING", "\"queue\":null,\"missing\":[],\"message\":\"\"");
        String ended = run("b", "COMPLETED", "\"queue\":null,\"missing\":[],\"message\":\"all steps are done\"");
        String inLine = run(
                "c",
                "QUEUED",
                "\"queue\":{\"place\":1,\"of\":1,\"reason\":\"the only seat is taken\"},\"missing\":[],\"message\":\"waits\"");
        String setAside =
                run("d", "QUEUED", "\"queue\":null,\"missing\":[],\"message\":\"/data is not there; mount it\"");
        String unmeasured =
                run("e", "TRAINING", "\"queue\":null,\"missing\":[\"nobody measures 'loss/1'\"],\"message\":\"\"");
        fake.on(
                "GET /api/runs",
                Answer.json(200, "[" + String.join(",", trains, ended, inLine) + "]"),
                Answer.json(200, "[" + String.join(",", trains, setAside, unmeasured) + "]"));

        Finding fine = checks().runs();
        assertEquals(Status.OK, fine.status());
        Finding waiting = checks().runs();
        assertEquals(Status.WARNING, waiting.status());
        assertEquals("d: /data is not there; mount it; e: nobody measures 'loss/1'", waiting.message());
    }

    private static Finding dualUpdater(Set<String> members, Exception failure) throws Exception {
        KafkaFutureImpl<ConsumerGroupDescription> answer = new KafkaFutureImpl<>();
        if (failure == null) {
            answer.complete(new ConsumerGroupDescription(
                    "saddle-dual-updater",
                    false,
                    members.stream()
                            .map(name -> new MemberDescription(name, name, "host", new MemberAssignment(Set.of())))
                            .toList(),
                    "stream",
                    GroupType.CLASSIC,
                    members.isEmpty() ? GroupState.EMPTY : GroupState.STABLE,
                    Node.noNode(),
                    Set.of(),
                    Optional.empty(),
                    Optional.empty()));
        } else {
            answer.completeExceptionally(failure);
        }
        DescribeConsumerGroupsResult result = new DescribeConsumerGroupsResult(Map.of("saddle-dual-updater", answer));
        return DualUpdaterCheck.of((Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, asked, arguments) -> {
                    assertEquals("describeConsumerGroups", asked.getName());
                    assertEquals(List.of("saddle-dual-updater"), arguments[0]);
                    return result;
                }));
    }

    /** It announces itself to nobody: its group says whether it is there. */
    @Test
    void aDualUpdaterWhoseGroupHasNoMembersIsMissed() throws Exception {
        assertEquals(Status.OK, dualUpdater(Set.of("a"), null).status());
        assertEquals(Status.FAILED, dualUpdater(Set.of(), null).status());
        assertEquals(
                Status.FAILED,
                dualUpdater(Set.of(), new GroupIdNotFoundException("never there"))
                        .status());
        assertEquals(
                Status.SKIPPED,
                dualUpdater(Set.of(), new GroupAuthorizationException("a viewer asks"))
                        .status());
    }
}
