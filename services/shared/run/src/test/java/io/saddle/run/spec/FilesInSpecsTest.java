package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Files of images and labels in a specification: they have no versions, and somebody may write them anew. */
class FilesInSpecsTest {

    private static final String THEN = "a".repeat(64);
    private static final String NOW = "b".repeat(64);
    private static final String OTHERS = "c".repeat(64);

    private String digits = THEN;

    private final RunSpecParser parser = new RunSpecParser(
            folder -> {
                throw new IOException("no models here");
            },
            new DataSetVersions() {
                @Override
                public String pinned(String address) {
                    return address + "@1";
                }

                @Override
                public Optional<String> sha256(String images, String labels) {
                    return switch (images) {
                        case "digits.idx" -> Optional.of(digits);
                        case "others.idx" -> Optional.of(OTHERS);
                        default -> Optional.empty();
                    };
                }
            });

    private final RunSpec submitted = parser.parse("run.yaml", """
            name: r
            data: {images: digits.idx, labels: labels.idx, seed: 3}
            constraints:
              - {id: own, threshold: 1, data: {classes: {4: {}}}, evaluationData: {seed: 5}}
              - {id: others, threshold: 1, data: {images: others.idx, labels: labels.idx, classes: {4: {}}}}
              - {id: kept, threshold: 1, data: {dataset: faces}}
            """);

    private static RunSpec.Data data(RunSpec spec, int constraint) {
        return spec.constraints().get(constraint).data();
    }

    @Test
    void theyAreWrittenWithTheirContent() {
        assertEquals(THEN, submitted.data().sha256());
        assertEquals(THEN, data(submitted, 0).sha256());
        assertEquals(THEN, submitted.constraints().get(0).evaluationData().sha256());
        assertEquals(OTHERS, data(submitted, 1).sha256());
        assertNull(data(submitted, 2).sha256(), "a version of a data set never changes");
        assertEquals(THEN, submitted.evaluation().reference().sha256());
        assertEquals(THEN, DataSelections.toAvro(submitted.data()).getSha256());
        assertNull(parser.parse("run.yaml", "name: r").data().sha256(), "bundled");
        assertEquals(submitted, new RunSpecParser().fromJson(parser.toJson(submitted)));
    }

    @Test
    void aConstraintThatIsAddedIsOfTheRunsFiles() {
        digits = NOW;
        RunSpec.Constraint added =
                parser.parseConstraint(submitted, "c.yaml", "{id: a, threshold: 1, data: {classes: {5: {}}}}", null);
        assertEquals(THEN, added.data().sha256());
    }

    @Test
    void whatNeverChangesHasNone() {
        String stated = "sha256: " + THEN + "}}";
        for (String data : List.of("{name: r, data: {dataset: faces, ", "{name: r, data: {")) {
            InvalidRunSpecException refused =
                    assertThrows(InvalidRunSpecException.class, () -> parser.parse("run.yaml", data + stated));
            assertTrue(
                    refused.problems().get(0).toString().startsWith("data.sha256: is of files; "),
                    refused.getMessage());
        }
    }

    private RunSpec forked(String changes) throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<Problem> problems = new ArrayList<>();
        ObjectNode made = new Fork("r", "best", false, (ObjectNode) json.readTree(changes.replace('\'', '"')))
                .specification((ObjectNode) json.readTree(parser.toJson(submitted)), Map.of(), "r", problems);
        made.remove("initialModel");
        assertEquals(List.of(), problems);
        return parser.parse("fork", made.toString());
    }

    @Test
    void aForkIsOfTheSameFilesUnlessItNamesOthers() throws Exception {
        digits = NOW;
        assertEquals(THEN, forked("{'training':{'steps':7}}").data().sha256());

        RunSpec other = forked("{'data':{'images':'others.idx','labels':'labels.idx'}}");
        assertEquals(OTHERS, other.data().sha256());
        assertEquals(OTHERS, data(other, 0).sha256(), "it takes them over from the run");
        assertEquals(OTHERS, other.evaluation().reference().sha256());

        assertNull(forked("{'data':{'dataset':'faces'}}").data().sha256());

        RunSpec anew = forked("{'data':{'sha256':null}}");
        assertEquals(NOW, anew.data().sha256());
        assertEquals(NOW, data(anew, 0).sha256());
    }
}
