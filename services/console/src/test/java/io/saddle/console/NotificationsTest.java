package io.saddle.console;

import static java.util.Map.entry;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.mailer.Mail;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.saddle.console.notification.channel.MailSender;
import io.saddle.console.notification.delivery.DeliveredEvents;
import io.saddle.kafka.Received;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationKind;
import io.saddle.schema.NotificationOutcome;
import io.saddle.schema.NotificationResult;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.stack.Ports;
import io.saddle.stack.testing.WebhookReceiver;
import io.saddle.stack.testing.WebhookReceiver.Request;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notifications over the real topics to a real receiver; the test is the trainer. */
@QuarkusTest
@TestProfile(NotificationsTest.WithChannels.class)
class NotificationsTest extends ConsoleTest {

    private static final String OPS = "test.notifications.ops-port";
    private static final String AWAY = "test.notifications.away-port";
    private static final String MAIL = "test.notifications.mail-port";

    @TestHTTPResource("/api")
    URL api;

    @TestHTTPResource("/")
    URL page;

    @Inject
    MeterRegistry meters;

    @Inject
    MailSender mail;

    private WebhookReceiver receiver;
    private final String rule = "rule-" + UUID.randomUUID();

    /** Ports that tests of other class loaders know too. */
    private static int port(String name) {
        return Integer.getInteger(name);
    }

    public static class WithChannels implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            for (String name : List.of(OPS, AWAY, MAIL)) {
                if (System.getProperty(name) == null) {
                    System.setProperty(name, Ports.free(1).get(0).toString());
                }
            }
            String channels = "saddle.notifications.channels.";
            return Map.ofEntries(
                    entry(channels + "ops.format", "json"),
                    entry(channels + "ops.url", "http://127.0.0.1:" + port(OPS) + "/hook/token"),
                    entry(channels + "ops.secret", "0123456789abcdef"),
                    entry(channels + "away.format", "slack"),
                    entry(channels + "away.url", "http://127.0.0.1:" + port(AWAY) + "/hook/token"),
                    entry(channels + "team.format", "mail"),
                    entry(channels + "team.to", "ann@example.org,ben@example.org"),
                    entry("quarkus.mailer.mock", "false"),
                    entry("quarkus.mailer.host", "127.0.0.1"),
                    entry("quarkus.mailer.port", String.valueOf(port(MAIL))),
                    // Each mail meets what a connection may meet at its beginning.
                    entry("quarkus.mailer.keep-alive", "false"),
                    entry("quarkus.mailer.from", "saddle@example.org"),
                    entry("saddle.notifications.page", "https://saddle.example"),
                    entry("saddle.notifications.give-up-after", "2S"));
        }
    }

    @BeforeEach
    void receive() throws Exception {
        receiver = new WebhookReceiver(port(OPS));
    }

    @AfterEach
    void tellNobodyAnyMore() throws Exception {
        call("DELETE", "/notification-rules/" + rule, "");
        receiver.close();
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(api + path))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode ok(String method, String path, String body) throws Exception {
        HttpResponse<String> response = call(method, path, body);
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private JsonNode set(String channel, String conditions) throws Exception {
        return ok(
                "PUT",
                "/notification-rules/" + rule,
                "{\"channel\":\"" + channel + "\",\"runs\":\"" + run + "*\"," + conditions + "}");
    }

    private void ended(String runId, RunPhase phase) throws Exception {
        RunStatus status = RunStatus.newBuilder()
                .setRunId(runId)
                .setPhase(phase)
                .setStep(50)
                .setTotalSteps(100)
                .setDualStep(3)
                .setWorker("w")
                .setMessage("said by the test")
                .setUpdatedAt(Instant.now())
                .build();
        publisher.send(Topics.RUN_STATUS, runId, status).get();
    }

    private List<String> received() {
        return receiver.requests().stream()
                .map(request -> request.header("Saddle-event-id"))
                .toList();
    }

    private NotificationResult awaitResult(String eventId) {
        Callable<List<NotificationResult>> results = () -> written(Topics.NOTIFICATION_RESULTS, rule).stream()
                .filter(result -> result.getEventId().equals(eventId))
                .toList();
        return await().until(results, all -> !all.isEmpty()).get(0);
    }

    private String event(String runId, RunPhase phase) {
        return rule + "/RUN_ENDED/" + runId + "/" + phase;
    }

    @Test
    void theEndOfARunIsToldOnceAndTheLogSaysSo() throws Exception {
        set("ops", "\"runPhases\":[\"FAILED\"]");
        ended(run, RunPhase.TRAINING);
        ended(run, RunPhase.FAILED);
        ended(run, RunPhase.FAILED);
        String eventId = event(run, RunPhase.FAILED);
        NotificationResult result = awaitResult(eventId);
        assertEquals(NotificationOutcome.DELIVERED, result.getOutcome());
        assertEquals("HTTP 200", result.getMessage());
        ended(run + "-2", RunPhase.FAILED);
        awaitResult(event(run + "-2", RunPhase.FAILED));
        assertEquals(List.of(eventId, event(run + "-2", RunPhase.FAILED)), received());

        Request request = receiver.requests().get(0);
        assertTrue(request.header("Saddle-signature").matches("t=\\d+,v1=[0-9a-f]{64}"), request::toString);
        JsonNode body = JSON.readTree(request.body());
        assertEquals("https://saddle.example/#/runs/" + run, body.get("link").asText());
        await().untilAsserted(() -> {
            JsonNode logged = ok("GET", "/notifications?event=" + eventId, "").get(0);
            assertEquals("DELIVERED", logged.get("outcome").asText());
            assertEquals(1, logged.get("attempts").asInt());
        });
    }

    @Test
    void aReceiverThatFailsIsToldAgain() throws Exception {
        set("ops", "\"runPhases\":[\"FAILED\"]");
        receiver.answer(500);
        ended(run, RunPhase.FAILED);
        NotificationResult result = awaitResult(event(run, RunPhase.FAILED));
        assertEquals(NotificationOutcome.DELIVERED, result.getOutcome());
        assertEquals(2, result.getAttempts());
        String eventId = event(run, RunPhase.FAILED);
        assertEquals(List.of(eventId, eventId), received());
    }

    private double deadLetters() {
        return meters.counter("saddle.dead.letters", "topic", Topics.NOTIFICATIONS.name())
                .count();
    }

    /** Alerts of one reason are counted, so this is the only test that looks for one. */
    @Test
    void whatTheReceiverRefusesIsADeadLetterAndAnAlert() throws Exception {
        double letters = deadLetters();
        set("ops", "\"runPhases\":[\"FAILED\"]");
        receiver.answer(400);
        ended(run, RunPhase.FAILED);
        String eventId = event(run, RunPhase.FAILED);
        NotificationResult result = awaitResult(eventId);
        assertEquals(NotificationOutcome.FAILED, result.getOutcome());
        assertEquals("the receiver refused it: HTTP 400", result.getMessage());
        assertEquals(List.of(eventId), received());
        await().until(() -> deadLetters() == letters + 1);
        await().untilAsserted(() -> {
            List<Alert> alerts = written(Topics.ALERTS, "").stream()
                    .filter(alert -> alert.getKind() == AlertKind.NOTIFICATION_FAILED)
                    .filter(alert -> alert.getMessage().contains(eventId))
                    .toList();
            assertEquals(1, alerts.size());
            assertFalse(alerts.get(0).toString().contains("token"), alerts::toString);
        });
    }

    @Test
    void aReceiverThatIsAwayIsGivenUpAndHoldsUpNoOther() throws Exception {
        set("away", "\"runPhases\":[\"FAILED\"]");
        ended(run, RunPhase.FAILED);
        await().until(() -> written(Topics.NOTIFICATIONS, rule).size() == 1);
        set("ops", "\"runPhases\":[\"FAILED\"]");
        ended(run + "-2", RunPhase.FAILED);
        assertEquals(
                NotificationOutcome.DELIVERED,
                awaitResult(event(run + "-2", RunPhase.FAILED)).getOutcome());
        NotificationResult result = awaitResult(event(run, RunPhase.FAILED));
        assertEquals(NotificationOutcome.FAILED, result.getOutcome());
        assertEquals("the receiver cannot be reached; given up after 2 attempts", result.getMessage());
    }

    /** As after an end between the receiver's answer and the commit, or a position that is lost. */
    @Test
    void whatWasDeliveredIsNotSentAgain() throws Exception {
        set("ops", "\"runPhases\":[\"FAILED\"]");
        ended(run, RunPhase.FAILED);
        String eventId = event(run, RunPhase.FAILED);
        awaitResult(eventId);
        Notification notification = written(Topics.NOTIFICATIONS, rule).get(0);
        publisher.send(Topics.NOTIFICATIONS, eventId, notification).get();
        ended(run + "-2", RunPhase.FAILED);
        awaitResult(event(run + "-2", RunPhase.FAILED));
        assertEquals(List.of(eventId, event(run + "-2", RunPhase.FAILED)), received());
    }

    /** A topology that reads its topics anew finds what happened in another order, and the old was sent again. */
    @Test
    void whatWasDeliveredIsKnownInWhateverOrderItIsFoundAgain() throws Exception {
        int partition = RunPartitioner.partition(rule, Topics.NOTIFICATIONS.partitions());
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<Received<Notification>> found = new ArrayList<>();
        for (int daysAgo : List.of(29, 25, 10)) {
            String event = rule + "/" + daysAgo;
            Instant at = now.minus(daysAgo, ChronoUnit.DAYS);
            NotificationResult result = new NotificationResult(event, rule, NotificationOutcome.DELIVERED, 1, "", at);
            publisher.send(Topics.NOTIFICATION_RESULTS, event, result).get();
            found.add(new Received<>(
                    Topics.NOTIFICATIONS.name(), partition, 0, 0, event, occurred(event, at), new RecordHeaders()));
        }
        try (DeliveredEvents delivered = new DeliveredEvents(kafka, serdes, rule, Clock.systemUTC())) {
            for (int i : List.of(0, 2, 1)) {
                assertTrue(delivered.has(found.get(i)), found.get(i).key());
            }
        }
    }

    /** A channel was called otherwise in the settings: its rules' notifications were under way for ever. */
    @Test
    void whatIsForAChannelThatIsNotThereAnyMoreIsGivenUpAndSaid() throws Exception {
        double letters = deadLetters();
        Instant now = Instant.now();
        Notification notification = Notification.newBuilder(occurred(rule + "/gone", now))
                .setChannel("opps")
                .build();
        publisher
                .send(Topics.NOTIFICATIONS, notification.getEventId(), notification)
                .get();
        NotificationResult result = awaitResult(notification.getEventId());
        assertEquals(NotificationOutcome.FAILED, result.getOutcome());
        assertEquals("there is no channel 'opps', did you mean ops?", result.getMessage());
        await().until(() -> deadLetters() == letters + 1);
        await().untilAsserted(() -> assertEquals(
                1,
                written(Topics.ALERTS, "").stream()
                        .filter(alert -> alert.getMessage().contains(notification.getEventId()))
                        .count()));
    }

    private Notification occurred(String event, Instant at) {
        return Notification.newBuilder()
                .setEventId(event)
                .setRule(rule)
                .setChannel(rule)
                .setKind(NotificationKind.RUN_ENDED)
                .setSeverity(Severity.INFO)
                .setRunId(run)
                .setTitle("made by the test")
                .setMessage("")
                .setFacts(Map.of())
                .setOccurredAt(at)
                .setCreatedAt(at)
                .build();
    }

    /** What becomes of a mail that a run is complete. */
    private NotificationResult mailed() throws Exception {
        set("team", "\"runPhases\":[\"COMPLETED\"]");
        ended(run, RunPhase.COMPLETED);
        return awaitResult(event(run, RunPhase.COMPLETED));
    }

    @Test
    void mailGoesToEveryRecipient() throws Exception {
        try (MailServer server = new MailServer(port(MAIL))) {
            assertEquals("handed to the mail server", mailed().getMessage());
            assertEquals(1, server.mails().size());
            MailServer.Received received = server.mails().get(0);
            assertEquals(List.of("ann@example.org", "ben@example.org"), received.recipients());
            assertEquals("[saddle] run " + run + " is complete at step 50 of 100", received.subject());
            assertEquals(List.of(event(run, RunPhase.COMPLETED)), received.eventIds());
            assertTrue(received.text().contains("https://saddle.example/#/runs/" + run), received::text);
        }
    }

    /** Of a few in a hundred connections the greeting was lost. */
    @Test
    void noMailWaitsForAGreetingThatHasCome() throws Exception {
        try (MailServer server = new MailServer(port(MAIL))) {
            for (int i = 0; i < 300; i++) {
                mail.send(Mail.withText("ann@example.org", "mail " + i, "")
                        .addHeader("Saddle-Event-Id", Integer.toString(i)));
            }
            assertEquals(300, server.mails().size());
        }
    }

    /** Greylisting, as most mail servers do it. */
    @Test
    void mailThatIsPutOffIsSentAgainAndToNobodyTwice() throws Exception {
        try (MailServer server = new MailServer(port(MAIL)).refuse(451)) {
            NotificationResult result = mailed();
            assertEquals(NotificationOutcome.DELIVERED, result.getOutcome());
            assertEquals(2, result.getAttempts());
            assertEquals(
                    List.of(List.of("ann@example.org", "ben@example.org")),
                    server.mails().stream().map(MailServer.Received::recipients).toList());
        }
    }

    @Test
    void mailThatIsRefusedForOneRecipientGoesToNobodyAndSaysSo() throws Exception {
        try (MailServer server = new MailServer(port(MAIL)).refuse(550)) {
            NotificationResult result = mailed();
            assertEquals(NotificationOutcome.FAILED, result.getOutcome());
            assertEquals("the mail server refused it: 550", result.getMessage());
            assertEquals(List.of(), server.mails());
        }
    }

    @Test
    void aMailServerThatIsAwayIsGivenUp() throws Exception {
        NotificationResult result = mailed();
        assertEquals(NotificationOutcome.FAILED, result.getOutcome());
        assertTrue(result.getMessage().contains("Connection refused"), result::getMessage);
        assertFalse(result.getMessage().contains("Exception"), result::getMessage);
    }

    @Test
    void aRuleIsListedChangedTriedAndRemoved() throws Exception {
        JsonNode made = set("ops", "\"labels\":[\"team=vision\"],\"violatedDualSteps\":20,\"fidWorseThan\":40.5");
        assertEquals("ops", made.get("channel").asText());
        assertEquals(20, made.get("violatedDualSteps").asInt());
        JsonNode changed = set("team", "\"alertSeverity\":\"ERROR\"");
        assertEquals(made.get("createdAt"), changed.get("createdAt"));
        assertTrue(changed.get("violatedDualSteps").isNull(), changed::toString);
        assertEquals(changed, ok("GET", "/notification-rules/" + rule, ""));
        assertTrue(ok("GET", "/notification-rules", "").toString().contains(changed.toString()));

        try (MailServer server = new MailServer(port(MAIL))) {
            String eventId = ok("POST", "/notification-rules/" + rule + "/test", "")
                    .get("eventId")
                    .asText();
            assertEquals(NotificationOutcome.DELIVERED, awaitResult(eventId).getOutcome());
            assertEquals(List.of(eventId), server.mails().get(0).eventIds());
        }

        ok("DELETE", "/notification-rules/" + rule, "");
        JsonNode gone = problem(404, call("GET", "/notification-rules/" + rule, ""));
        assertTrue(gone.get("detail").asText().contains(rule), gone::toString);
        problem(404, call("POST", "/notification-rules/" + rule + "/test", ""));
    }

    @Test
    void everyMistakeOfARuleIsSaidAtOnce() throws Exception {
        JsonNode problem = problem(
                400,
                call(
                        "PUT",
                        "/notification-rules/" + rule,
                        "{\"channel\":\"opps\",\"labels\":[\"a b\"],\"runPhases\":[\"DONE\"]}"));
        assertEquals(List.of("labels", "runPhases", "channel"), paths(problem));
        assertTrue(problem.toString().contains("did you mean ops?"), problem::toString);
        problem(400, call("PUT", "/notification-rules/" + rule, "{\"chanel\":\"ops\"}"));
        problem(400, call("PUT", "/notification-rules/" + rule, ""));
    }

    /** Whoever made a rule of a name that was taken had a colleague's channel told no more. */
    @Test
    void aChangeIsMadeForTheRuleThatWasSeen() throws Exception {
        String failed = "{\"channel\":\"ops\",\"runs\":\"" + run + "*\",\"runPhases\":[\"FAILED\"]}";
        assertEquals(200, put(failed, "If-None-Match", "*").statusCode());
        JsonNode taken = problem(409, put(failed, "If-None-Match", "*"));
        assertTrue(taken.get("detail").asText().contains("there is a rule '" + rule + "' already"), taken::toString);
        String seen =
                ok("GET", "/notification-rules/" + rule, "").get("updatedAt").asText();
        String stopped = failed.replace("FAILED", "STOPPED");
        HttpResponse<String> changed = put(stopped, "If-Match", "\"" + seen + "\"");
        assertEquals(200, changed.statusCode(), changed.body());
        JsonNode meanwhile = problem(409, put(failed, "If-Match", "\"" + seen + "\""));
        assertTrue(meanwhile.get("detail").asText().contains("changed meanwhile"), meanwhile::toString);
        assertEquals(
                "STOPPED",
                ok("GET", "/notification-rules/" + rule, "").at("/runPhases/0").asText());
        problem(400, put(failed, "If-Match", "yesterday"));
        assertEquals(200, call("PUT", "/notification-rules/" + rule, failed).statusCode(), "whatever there is");
    }

    private HttpResponse<String> put(String definition, String header, String value) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(api + "/notification-rules/" + rule))
                        .header("Content-Type", "application/json")
                        .header(header, value)
                        .PUT(BodyPublishers.ofString(definition))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void channelsAreListedWithoutTheirSecrets() throws Exception {
        assertEquals(
                "[{\"name\":\"away\",\"format\":\"slack\"},{\"name\":\"ops\",\"format\":\"json\"},"
                        + "{\"name\":\"team\",\"format\":\"mail\"}]",
                ok("GET", "/notifications/channels", "").toString());
    }

    @Test
    void aRuleIsMadeTriedChangedAndRemovedOnThePage(@TempDir Path profile) throws Exception {
        assumeTrue(Browser.missing().isEmpty(), () -> Browser.missing().orElse(""));
        try (Browser browser = Browser.open(profile)) {
            browser.size(1280, 900).go(page + "#/notifications");
            browser.press("New rule");
            browser.type("input[name=name]", rule);
            browser.run("document.querySelector('select[name=channel]').value = 'ops'");
            browser.type("input[name=violatedDualSteps]", "20");
            browser.type("input[name=runs]", run + "*");
            browser.type("input[name=runPhases]", "FAILED, DONE");
            browser.answer("Make");
            shows(browser, "dialog[open] .problems", "runPhases");
            browser.type("input[name=runPhases]", "failed");
            browser.answer("Make");
            shows(browser, "main", "constraints violated for 20 dual steps");

            browser.press("Test");
            browser.answer("Send");
            await().until(() -> received().size() == 1);
            shows(browser, "main", "a test of rule " + rule);
            ended(run, RunPhase.FAILED);
            receiver.answer(400);
            ended(run + "-2", RunPhase.FAILED);
            shows(browser, "main", "the receiver refused it: HTTP 400");

            browser.press("Change");
            assertEquals("ops", browser.find("select[name=channel]").getAttribute("value"));
            assertEquals("20", browser.find("input[name=violatedDualSteps]").getAttribute("value"));
            browser.type("input[name=labels]", "team=vision");
            browser.answer("Change");
            shows(browser, "main .label", "team=vision");
            looksWell(browser);

            // A channel that is set up no more: another was chosen by whoever changed anything else.
            browser.run("const reach = window.fetch; window.fetch = async (path, ...more) => path.endsWith('/channels')"
                    + " ? new Response('[{\"name\": \"team\", \"format\": \"mail\"}]') : reach(path, ...more);");
            shows(browser, "main > .soft", "Channels: team (mail)");
            browser.size(1280, 900).press("Change");
            assertEquals("ops", browser.find("select[name=channel]").getAttribute("value"));
            browser.answer("Cancel");

            browser.press("Delete");
            browser.answer("Delete");
            shows(browser, "main", "nobody is told of anything");
            assertEquals(404, call("GET", "/notification-rules/" + rule, "").statusCode());
            // That the rule had mistakes.
            assertEquals(1, browser.complaints().size());
        }
    }

    private void shows(Browser browser, String css, String words) {
        await().untilAsserted(() -> assertTrue(browser.text(css).contains(words), () -> browser.text("body")));
    }

    private static void looksWell(Browser browser) throws Exception {
        for (int width : List.of(1440, 390)) {
            for (boolean dark : List.of(false, true)) {
                browser.size(width, 900).dark(dark);
                String screen = "notifications-" + width + (dark ? "-dark" : "-light");
                browser.assertAccessible(screen);
                long needed = ((Number) browser.run("return document.documentElement.scrollWidth")).longValue();
                assertTrue(needed <= width, () -> screen + " is " + needed + " pixels wide");
                browser.picture(screen);
            }
        }
    }
}
