package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.console.audit.AuditLog;
import io.saddle.console.audit.AuditReader;
import io.saddle.kafka.DeadLetters;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The audit, from requests to entries. */
@QuarkusTest
class AuditResourceTest extends ConsoleTest {

    @Inject
    DeadLetters deadLetters;

    private HttpResponse<String> audit(String query) throws Exception {
        URI address = URI.create(runs.toString()).resolve("/api/audit?" + query);
        return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private List<JsonNode> entries(String query) throws Exception {
        List<JsonNode> entries = new ArrayList<>();
        JSON.readTree(audit(query).body()).forEach(entries::add);
        return entries;
    }

    @Test
    void whoeverChangesSomethingIsToldOf() throws Exception {
        submit();
        HttpRequest pause = HttpRequest.newBuilder(URI.create(runs + "/" + run + "/pause"))
                .header("User-Agent", "my script/2")
                .header("Saddle-By", "J%C3%BCrgen")
                .header("Saddle-Reason", "the%20room%20is%20hot")
                .POST(BodyPublishers.noBody())
                .build();
        assertEquals(200, http.send(pause, BodyHandlers.ofString()).statusCode());
        // The run and two constraints, then the change.
        await().until(() -> entries("subject=" + run).size() == 4);
        List<JsonNode> entries = entries("subject=" + run);
        JsonNode paused = entries.get(0);
        assertEquals(
                "CHANGED saddle.runs Jürgen 127.0.0.1 my script/2 the room is hot",
                String.join(
                        " ",
                        paused.get("action").asText(),
                        paused.get("topic").asText(),
                        paused.get("changedBy").asText(),
                        paused.get("client").asText(),
                        paused.get("agent").asText(),
                        paused.get("reason").asText()));
        assertEquals(
                "[{\"field\":\"desiredState\",\"was\":\"RUNNING\",\"now\":\"PAUSED\"}]",
                paused.get("changes").toString());
        assertEquals(1, entries("subject=" + run + "&text=room%20DESIREDSTATE").size());
        assertEquals(0, entries("subject=" + run + "&text=cold").size());
        assertEquals(1, entries("subject=" + run + "&text=running%20paused").size(), "what it was, too");
        assertEquals(0, entries("subject=" + run + "&text=null").size(), "what is not said is no word");
        assertEquals(2, entries("subject=" + run + "&topic=saddle.constraints").size());
        assertEquals(1, entries("subject=" + run + "&by=J%C3%BCrgen").size());
        assertEquals(0, entries("subject=" + run + "&until=1d").size());
        assertEquals(1, entries("subject=" + run + "&limit=1").size());
        assertEquals(0, entries("subject=" + run.substring(0, 8)).size());
    }

    /** No answer must look as if nothing had been changed. */
    @Test
    void anAuditThatIsNotReadYetIsNotAnsweredAsAnEmptyOne() {
        AuditReader reader = new AuditReader(kafka, serdes, deadLetters, new AuditLog());
        AuditResource resource = new AuditResource(reader, new AuditLog(), Clock.systemUTC());
        Refusal refusal = assertThrows(Refusal.class, () -> resource.list(null, null, null, null, null, null, null));
        assertEquals(503, refusal.toResponse().getStatus());
        assertTrue(refusal.getMessage().contains("still being read"), refusal.getMessage());
    }

    @Test
    void aQueryWithMistakesIsRefusedWithAll() throws Exception {
        JsonNode problem = problem(400, audit("since=yesterday&limit=0"));
        assertTrue(
                problem.toString().contains("since") && problem.toString().contains("1 to 1000"), problem.toString());
    }
}
