package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.run.spec.YamlTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacesTest {

    @TempDir
    private Path folder;

    private static JsonNode yaml(String text) {
        return YamlTree.read(text, new ArrayList<>());
    }

    @Test
    void foldersAreFilledInWhereverTheyStandAndTakenOutAgain() {
        Places places = new Places(folder, null, null, null);

        JsonNode resolved = places.resolved(yaml("{a: ['${data}/x'], b: {c: '${judges}/y', d: 3}}"));

        assertEquals(folder + "/x", resolved.at("/a/0").textValue());
        assertEquals("${judges}/y", resolved.at("/b/c").textValue());
        assertEquals(3, resolved.at("/b/d").intValue());
        assertEquals("by ${data}/x", places.unresolved("by " + folder + "/x"));
    }

    @Test
    void allThatIsMissingIsSaidWithWhatToDo() throws IOException {
        Files.writeString(folder.resolve("there"), "");
        Places places = new Places(folder, null, folder, folder);

        assertEquals(
                Optional.empty(),
                places.missing(yaml("{a: '${data}/there', b: other, c: '${study}/there'}"), List.of()));
        assertEquals(
                Optional.of("${data}/gone (not in " + folder
                        + "), ${house}/x (there is no ${house}; there are data, judges,"
                        + " study, home), ${judges}/j.pt (say where with --judges)"),
                places.missing(
                        yaml("[{a: '${data}/gone'}, '${judges}/j.pt', '${house}/x', '${data}/there']"), List.of()));
        JsonNode judges = yaml("['${home}/made.pt', '${home}/not-made.pt']");
        assertEquals(
                Optional.of("${home}/not-made.pt (not in " + folder + ")"),
                places.missing(judges, List.of("${home}/made.pt")));
    }

    @Test
    void servicesMayReadWhatTheStudyNamesAndTheModelsThatOthersStartFrom() {
        Places places = new Places(folder.resolve("data"), null, folder, folder.resolve("home"));

        String roots = places.dataRoots("/srv", folder.resolve("project"));

        assertEquals("/srv," + folder + "/data," + folder + "," + folder + "/home", roots);
        assertTrue(places.dataRoots(null, folder.resolve("project"))
                .startsWith(System.getProperty("user.home") + "," + folder + "/project,"));
    }
}
