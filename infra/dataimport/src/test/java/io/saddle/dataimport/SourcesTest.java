package io.saddle.dataimport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What sources know of their pictures; the pictures themselves are none. */
class SourcesTest {

    @TempDir
    Path temporary;

    /** By the pictures' names. */
    private static Map<String, Map<String, String>> values(Path source, Path attributes) throws IOException {
        Map<String, Map<String, String>> values = new LinkedHashMap<>();
        try (PictureSource pictures = Sources.open(source, attributes)) {
            pictures.read(0, picture -> {
                values.put(picture.name(), picture.values());
                return true;
            });
        }
        return values;
    }

    private static String refusal(Path source, Path attributes) {
        return assertThrows(SourceException.class, () -> values(source, attributes))
                .getMessage();
    }

    /** Files with their own names in them. */
    private static Map<String, byte[]> files(String... names) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names) {
            files.put(name, (name.endsWith(".json") ? "{\"name\": 1}" : name).getBytes(UTF_8));
        }
        return files;
    }

    private Path source(String kind, Map<String, byte[]> files) throws IOException {
        Path place = temporary.resolve("made." + kind);
        return switch (kind) {
            case "tar" -> MadeSources.tar(place, files);
            case "zip" -> MadeSources.zip(place, files);
            default -> MadeSources.folder(place, files);
        };
    }

    /** GNU tar takes a folder's files in the order of the disk, unless it is told to sort. */
    @ParameterizedTest
    @CsvSource({
        "a.jpg b.jpg a.cls b.cls, a.cls",
        "a.cls b.cls a.jpg b.jpg, a.cls",
        "s/a.jpg s/a.cls s/b.jpg s/a.json, s/a.json",
        "a.txt b.jpg b.txt a.jpg, a.txt"
    })
    void valuesThatStandApartFromTheirPictureAreRefused(String names, String named) throws IOException {
        Path source = source("tar", files(names.split(" ")));
        assertEquals(
                source + ": '" + named
                        + "' stands apart from its picture, and would be lost: pack the files of a picture"
                        + " one behind the other (tar --sort=name)",
                refusal(source, null));
    }

    @Test
    void valuesOfNoPictureAreLeftOut() throws IOException {
        Path source = source("tar", files("README.txt", "s/a.jpg", "s/a.cls", "dataset.json", "s/b.jpg", "b.txt"));
        assertEquals(
                Map.of("s/a.jpg", Map.of("class", "s/a.cls"), "s/b.jpg", Map.of("class", "s")), values(source, null));
    }

    @Test
    void aLinkToAFolderIsThatFolder() throws IOException {
        Path folder = source("", files("cat/a.png", "dog/b.png"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        assertEquals(values(folder, null), values(link, null));
        assertEquals(2, values(link, null).size());
    }

    @Test
    void aLinkedFolderInAFolderIsNamed() throws IOException {
        Path folder = source("", files("dog/b.png"));
        Files.createSymbolicLink(
                folder.resolve("cat"), MadeSources.folder(temporary.resolve("elsewhere"), files("a.png")));
        assertEquals(
                folder + ": 'cat' is a link to a folder, which is not followed: put the folder itself there",
                refusal(folder, null));
    }

    @Test
    void linkedPicturesAndHiddenLinksAreNoObstacle() throws IOException {
        Path folder = source("", files("dog/b.png"));
        Path elsewhere = MadeSources.folder(temporary.resolve("elsewhere"), files("a.png"));
        Files.createSymbolicLink(folder.resolve("dog/a.png"), elsewhere.resolve("a.png"));
        Files.createSymbolicLink(folder.resolve("dog/.cache"), elsewhere);
        Files.createSymbolicLink(folder.resolve("dog/c.png"), temporary.resolve("nowhere"));
        assertEquals(Map.of("class", "dog"), values(folder, null).get("dog/a.png"));
        assertEquals(2, values(folder, null).size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file_name,age\na.png,1\nb.png,2\na.png,3\n",
                "a.png 0\nb.png 1\na.png 2\n",
                "{\"file_name\": \"a.png\"}\n{\"file_name\": \"b.png\"}\n{\"file_name\": \"a.png\", \"age\": 3}\n"
            })
    void aPictureThatATableNamesTwiceIsRefused(String table) throws IOException {
        Path folder = source("", files("a.png", "b.png"));
        Path attributes = Files.writeString(temporary.resolve("table"), table);
        assertEquals(
                attributes + ", line " + (table.startsWith("file_name") ? 4 : 3) + ": 'a.png' has a line before",
                refusal(folder, attributes));
    }

    @Test
    void aRowWithoutAPictureIsNamedByItsLine() throws IOException {
        Path folder = source("", files("a.png"));
        Path attributes = Files.writeString(temporary.resolve("table"), "file_name,note\na.png,\"two\nlines\"\n,3\n");
        assertEquals(attributes + ", line 4: no name of a picture in column 'file_name'", refusal(folder, attributes));
    }

    @Test
    void aPictureThatStyleGansLabelsNameTwiceIsRefused() throws IOException {
        Map<String, byte[]> files = files("a.png");
        files.put("dataset.json", "{\"labels\": [[\"a.png\", 0], [\"a.png\", 1]]}".getBytes(UTF_8));
        Path zip = source("zip", files);
        assertEquals(zip + "/dataset.json, label 1: 'a.png' has one before", refusal(zip, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar", "zip", ""})
    void aClassMayBeCalledTrain(String kind) throws IOException {
        Path source = source(kind, files("bus/a.png", "car/b.png", "train/c.png"));
        assertEquals(
                Map.of(
                        "bus/a.png", Map.of("class", "bus"),
                        "car/b.png", Map.of("class", "car"),
                        "train/c.png", Map.of("class", "train")),
                values(source, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar", "zip", ""})
    void aClassOfASplitMayBeCalledTrain(String kind) throws IOException {
        Path source = source(kind, files("test/bus/a.png", "test/train/b.png", "train/bus/c.png", "train/train/d.png"));
        assertEquals(
                Map.of(
                        "test/bus/a.png", Map.of("split", "test", "class", "bus"),
                        "test/train/b.png", Map.of("split", "test", "class", "train"),
                        "train/bus/c.png", Map.of("split", "train", "class", "bus"),
                        "train/train/d.png", Map.of("split", "train", "class", "train")),
                values(source, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar", "zip", ""})
    void trainAloneOrBesideTestIsASplit(String kind) throws IOException {
        Path source = source(kind, files("a/train/a.png", "b/extra/b.png", "b/test/c.png", "b/train/d.png"));
        assertEquals(
                Map.of(
                        "a/train/a.png", Map.of("split", "train"),
                        "b/extra/b.png", Map.of("class", "extra"),
                        "b/test/c.png", Map.of("split", "test"),
                        "b/train/d.png", Map.of("split", "train")),
                values(source, null));
    }
}
