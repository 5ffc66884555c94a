package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.network.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredPrecisionTest {

    private static final String FILE = "scores/precision.json";

    @TempDir
    Path folder;

    private ArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FileArtifactStore(folder);
    }

    private StoredPrecision of(Precision otherwise) throws IOException {
        return StoredPrecision.of(store, "r", FILE, () -> new StoredPrecision(otherwise, OptionalDouble.of(0.25)));
    }

    @Test
    void whatWasChosenOnceStands() throws IOException {
        of(Precision.BF16);
        assertEquals(new StoredPrecision(Precision.BF16, OptionalDouble.of(0.25)), of(Precision.FP32));
    }

    /** It said "No enum constant", and every score of the run was given up. */
    @ParameterizedTest
    @ValueSource(strings = {"", "{\"prec", "{\"precision\": \"FP8\"}", "[]"})
    void aDamagedChoiceIsNamedAndIsNotMadeAnew(String damaged) throws IOException {
        store.putFile("r", FILE, damaged.getBytes(StandardCharsets.UTF_8));
        IOException refused = assertThrows(IOException.class, () -> of(Precision.FP32));
        assertTrue(
                refused.getMessage()
                        .startsWith(folder.toUri() + "r/" + FILE
                                + " is damaged, which has the number format that was chosen for a part of run 'r': "),
                refused.getMessage());
    }
}
