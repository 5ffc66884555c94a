package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DataSetsResourceTest extends ConsoleTest {

    @Inject
    ArtifactStore artifacts;

    /** A name of this test's own. */
    private final String pets = "pets-" + run;

    private DataSetAddress announced(int seed, boolean preview) throws Exception {
        DataSetAddress made = MadeDataSet.announced(artifacts, publisher, pets, seed, preview);
        await().until(() -> fetch(made.toString()).statusCode() == 200);
        return made;
    }

    private HttpResponse<String> fetch(String below) throws IOException, InterruptedException {
        return get("/../datasets/" + below);
    }

    @Override
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(runs + path).normalize()).build(), BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> preview(String address, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create(runs + "/../datasets/" + address + "/preview.png").normalize());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Test
    void whatIsAnnouncedIsListedAndTheNewestVersionIsMeantUnlessOneIsNamed() throws Exception {
        announced(1, true);
        announced(2, true);

        List<String> listed = new ArrayList<>();
        for (JsonNode set : JSON.readTree(get("/../datasets").body())) {
            if (set.get("name").asText().equals(pets)) {
                listed.add(set.get("version") + " " + set.get("images") + " " + set.get("skipped"));
            }
        }
        assertEquals(List.of("2 16 1", "1 16 1"), listed);
        JsonNode newest = JSON.readTree(fetch(pets).body());
        assertEquals(2, newest.get("version").asInt());
        assertEquals("[2,1]", newest.get("versions").toString());
        assertEquals("/home/me/pets.zip", newest.at("/origin/address").asText());
        JsonNode classes = newest.get("columns").get(columnOf(newest, "class"));
        assertEquals(
                "[{\"value\":\"cat\",\"count\":4},{\"value\":\"dog\",\"count\":12}]",
                classes.get("values").toString());
        assertEquals(1, JSON.readTree(fetch(pets + "@1").body()).get("version").asInt());
    }

    private static int columnOf(JsonNode set, String name) {
        for (int i = 0; i < set.get("columns").size(); i++) {
            if (set.get("columns").get(i).get("name").asText().equals(name)) {
                return i;
            }
        }
        throw new AssertionError("no column " + name + " in " + set);
    }

    @Test
    void aPreviewComesFromTheStoreAndIsSentOnce() throws Exception {
        announced(1, true);

        HttpResponse<byte[]> answer = preview(pets);
        assertEquals(200, answer.statusCode());
        assertArrayEquals(MadeDataSet.PREVIEW, answer.body());
        assertEquals("image/png", answer.headers().firstValue("Content-Type").orElse(""));
        String tag = answer.headers().firstValue("ETag").orElseThrow();
        HttpResponse<byte[]> again = preview(pets, "If-None-Match", tag);
        assertEquals(304, again.statusCode());
        assertEquals(0, again.body().length);
    }

    @Test
    void aDataSetWithoutAPreviewSaysWhatToDo() throws Exception {
        announced(1, false);

        HttpResponse<String> refused = fetch(pets + "/preview.png");
        assertTrue(problem(404, refused).get("detail").asText().contains("import that again for one"), refused.body());
    }

    @Test
    void aMissingPreviewFileIsNotFoundAndTellsNothingOfTheStore() throws Exception {
        new StoredDataSets(artifacts).remove(announced(1, true));

        HttpResponse<String> refused = fetch(pets + "/preview.png");
        assertTrue(problem(404, refused).get("detail").asText().contains("no longer in the artifact store"));
        assertTrue(!refused.body().contains("file:"), refused.body());
    }

    @Test
    void whatIsNotThereIsRefusedWithTheNearestName() throws Exception {
        announced(1, true);

        for (String wrong : List.of(pets.toUpperCase(Locale.ROOT), pets + "@7", pets + "x", "p@x")) {
            String detail = problem(404, fetch(wrong)).get("detail").asText();
            assertTrue(
                    detail.contains("'" + wrong + "'")
                            && (wrong.equals("p@x") || detail.contains("did you mean " + pets + "?")),
                    detail);
        }
    }

    @Test
    void aTombstoneTakesItAway() throws Exception {
        announced(1, true);
        publisher.send(Topics.DATASETS, Topics.dataSetKey(pets, 1), null).get();
        await().until(() -> fetch(pets).statusCode() == 404);
    }
}
