package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.StoreUnavailableException;
import io.saddle.run.spec.Problem;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.AvroSerializer.NoSchemaException;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorMappingTest {

    @ParameterizedTest
    @CsvSource({"MISSING, 404", "UNAVAILABLE, 503", "DAMAGED, 500", "REFUSED, 500"})
    void anArtifactThatCannotBeReadIsAProblemThatTellsNothingOfTheStore(Reason reason, int status) {
        Response response =
                new ErrorMapping().unreadable(new ArtifactException(reason, "s3://bucket/run/grid: secret"));

        assertEquals(status, response.getStatus());
        assertEquals(ProblemDetail.MEDIA_TYPE, response.getMediaType().toString());
        assertEquals(-1, response.getEntity().toString().indexOf("bucket"));
    }

    /** It had the framework's own form, and nothing was in the log. */
    @Test
    void aFileThatCannotBeReadIsAProblemToo() {
        Response response = new ErrorMapping().failed(new IOException("/cache/entries: secret"));
        assertEquals(500, response.getStatus());
        assertEquals(ProblemDetail.MEDIA_TYPE, response.getMediaType().toString());
        assertEquals(-1, response.getEntity().toString().indexOf("cache"));
    }

    /** "The console failed; its log has the reason", and nobody thought of the set-up. */
    @Test
    void aRecordWhoseSchemaIsNotRegisteredIsNotWrittenForNow() {
        Serdes unregistered = new Serdes(new MockSchemaRegistryClient());
        NoSchemaException noSchema = assertThrows(
                NoSchemaException.class,
                () -> unregistered.serializer(Topics.RUNS).serialize("t", new TrainingRun()));
        for (RuntimeException failure :
                List.of(noSchema, new IllegalStateException("could not be written", noSchema))) {
            Response response = new ErrorMapping().failed(failure);
            assertEquals(503, response.getStatus());
            assertEquals(
                    "nothing was written: the schema registry has no schema of this build for 'saddle.runs-value';"
                            + " ./saddle setup registers it",
                    ((ProblemDetail) response.getEntity()).detail());
        }
    }

    /** It was a 400: the specification had a mistake. */
    @Test
    void aStoreThatIsAwayWhileASpecificationIsCheckedIsNoMistakeOfIt() {
        StoreUnavailableException away = assertThrows(
                StoreUnavailableException.class,
                () -> StoreUnavailableException.letThrough(
                        new IOException("no model", new ArtifactException(Reason.UNAVAILABLE, "away"))));
        assertEquals(503, new ErrorMapping().away(away).getStatus());
    }

    /** As a body may be: one field of each kind. */
    record Body(
            String text,
            List<String> list,
            Integer whole,
            double number,
            Boolean flag,
            Instant at,
            RunPhase phase,
            Body inner) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"text\": {}}                   | text             | must be text",
                "{\"list\": 5}                    | list             | must be a list",
                "{\"inner\": {\"list\": [\"a\", {}]}} | inner.list[1]    | must be text",
                "{\"whole\": \"many\"}            | whole            | must be a whole number, was 'many'",
                "{\"whole\": 2.9}               | whole            | must be a whole number, was '2.9'",
                "{\"number\": \"low\"}            | number           | must be a number, was 'low'",
                "{\"flag\": \"perhaps\"}          | flag             | must be true or false, was 'perhaps'",
                "{\"at\": \"noon\"}               | at               | must be a time such as 2026-11-01T08:00:00Z, was 'noon'",
                "{\"inner\": 3}                   | inner            | must be an object; there are at, flag, inner, list, number, phase, text, whole",
                "[]                              | body             | must be an object; there are at, flag, inner, list, number, phase, text, whole",
                "{\"other\": 1}                   | other            | unknown key; there are at, flag, inner, list, number, phase, text, whole"
            })
    void aBodyOfAWrongTypeIsToldOfInTheWordsOfJson(String json, String path, String message) {
        Problem problem = problem(json);
        assertEquals(path, problem.path());
        assertEquals(message, problem.message());
    }

    @Test
    void ofAWordThatIsNoneOfAFewTheFewAreNamed() {
        String message = problem("{\"phase\": \"RESTING\"}").message();
        assertTrue(message.startsWith("must be one of ") && message.endsWith(", was 'RESTING'"), message);
        assertTrue(message.contains("TRAINING, "), message);
    }

    private static Problem problem(String json) {
        ObjectMapper mapper = new ObjectMapper().registerModule(new JavaTimeModule());
        new StrictJson().customize(mapper);
        MismatchedInputException misread =
                assertThrows(MismatchedInputException.class, () -> mapper.readValue(json, Body.class));
        ProblemDetail answer =
                (ProblemDetail) new ErrorMapping().misread(misread).getEntity();
        return answer.problems().get(0);
    }
}
