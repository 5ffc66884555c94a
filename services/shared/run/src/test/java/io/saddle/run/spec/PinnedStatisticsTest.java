package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PinnedStatisticsTest {

    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final String OTHER = "a".repeat(64);

    /** Can read every file but those that are called gone. */
    private final RunSpecParser parser = new RunSpecParser(new ModelFolders() {
        @Override
        public Imported open(String folder) throws IOException {
            throw new IOException("no model");
        }

        @Override
        public Optional<String> statistics(String file) {
            return file.contains("gone") ? Optional.empty() : Optional.of(SHA256);
        }
    });

    private RunSpec.Statistics statistics(String written) {
        return parser.parse(
                        "run.yaml",
                        "{name: r, evaluation: {referenceStatistics: " + written + "}}",
                        Path.of("/home/ada"))
                .evaluation()
                .referenceStatistics();
    }

    @Test
    void shouldWriteTheSha256ThatTheFileHasAtSubmission() {
        RunSpec.Statistics pinned = new RunSpec.Statistics("/home/ada/s.npz", SHA256);
        assertEquals(pinned, statistics("s.npz"));
        assertEquals(pinned, statistics("{file: s.npz}"));
        assertEquals(pinned, statistics("{file: s.npz, sha256: " + SHA256 + "}"));
    }

    @Test
    void shouldRefuseAnotherFileThanTheOneThatIsStated() {
        assertEquals(
                "evaluation.referenceStatistics: /home/ada/s.npz has the sha256 " + SHA256 + ", not " + OTHER
                        + " as stated",
                assertThrows(InvalidRunSpecException.class, () -> statistics("{file: s.npz, sha256: " + OTHER + "}"))
                        .problems()
                        .get(0)
                        .toString());
    }

    /** Why it cannot be read says whoever checks what is in it. */
    @Test
    void shouldLeaveAFileThatCannotBeReadAsItIs() {
        assertEquals(new RunSpec.Statistics("/home/ada/gone.npz", null), statistics("gone.npz"));
        assertEquals(
                new RunSpec.Statistics("/home/ada/gone.npz", OTHER),
                statistics("{file: gone.npz, sha256: " + OTHER + "}"));
    }

    @Test
    void shouldReadRunsOfBefore() {
        RunSpec spec = parser.parse("run.yaml", "{name: r, evaluation: {referenceStatistics: /s.npz}}");
        String json = parser.toJson(spec);
        assertEquals(spec, new RunSpecParser().fromJson(json));
        String before = json.replace("{\"file\":\"/s.npz\",\"sha256\":\"" + SHA256 + "\"}", "\"/s.npz\"");
        assertEquals(
                List.of(new RunSpec.Statistics("/s.npz", null)),
                List.of(new RunSpecParser().fromJson(before).evaluation().referenceStatistics()));
    }
}
