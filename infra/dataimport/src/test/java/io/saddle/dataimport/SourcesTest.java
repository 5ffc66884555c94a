package io.saddle.dataimport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.SourceAwayException;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.Sources;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

    /** One of the two won, without a word. */
    @Test
    void aPictureThatTwoTablesNameIsRefused() throws IOException {
        Map<String, byte[]> files = files("s/a/0.png", "s/a/1.png");
        files.put("s/metadata.csv", "file_name,x\na/0.png,1\na/1.png,1\n".getBytes(UTF_8));
        files.put("s/a/metadata.csv", "file_name,x\n1.png,2\n".getBytes(UTF_8));
        Path source = source("", files);
        assertEquals(
                source + "/s/metadata.csv: 's/a/1.png' has values in " + source
                        + "/s/a/metadata.csv, too: leave it out of one of them",
                refusal(source, null));
    }

    /** Of some errors the message is the file's name alone. */
    @Test
    void whatCannotBeReadNowIsSaidInWords() {
        String end = "; mend that and start again, which goes on here";
        assertEquals(
                "a.png cannot be read now: this user may not read it" + end,
                new SourceAwayException("a.png", new AccessDeniedException("a.png")).getMessage());
        assertEquals(
                "a.png cannot be read now: it is not there any more" + end,
                new SourceAwayException("a.png", new NoSuchFileException("a.png")).getMessage());
        assertEquals(
                "a.png cannot be read now: Stale file handle" + end,
                new SourceAwayException("a.png", new FileSystemException("a.png", null, "Stale file handle"))
                        .getMessage());
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
        Files.createSymbolicLink(folder.resolve("dog/.c.png"), temporary.resolve("nowhere"));
        assertEquals(Map.of("class", "dog"), values(folder, null).get("dog/a.png"));
        assertEquals(2, values(folder, null).size());
    }

    /** What it was to lead to was missing, without a word. */
    @ParameterizedTest
    @ValueSource(strings = {"dog/c.png", "part.tar"})
    void aLinkThatLeadsNowhereIsNamed(String name) throws IOException {
        Path folder = name.endsWith("png")
                ? source("", files("dog/b.png"))
                : MadeSources.tar(
                                Files.createDirectory(temporary.resolve("shards"))
                                        .resolve("whole.tar"),
                                files("b.png"))
                        .getParent();
        Files.createSymbolicLink(folder.resolve(name), temporary.resolve("nowhere"));
        assertEquals(
                folder + ": '" + name + "' is a link to what is not there: fetch that, or remove the link",
                refusal(folder, null));
    }

    private Path shards(String... names) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("shards"));
        for (String name : names) {
            MadeSources.tar(folder.resolve(name), files(name + ".png"));
        }
        return folder;
    }

    @ParameterizedTest
    @CsvSource({
        "train-00000-of-00003.tar train-00002-of-00003.tar, train-00001-of-00003, train-00000-of-00003.tar",
        "test-0-of-1.tar train-1-of-2.tar, train-0-of-2, train-1-of-2.tar",
        "x-1-of-3.tar x-3-of-3.tar, x-2-of-3, x-1-of-3.tar",
        "x-0-of-999999999.tar x-1-of-999999999.tar, x-2-of-999999999, x-0-of-999999999.tar"
    })
    void aPartThatTheOthersNamesPromiseIsMissed(String names, String missing, String promising) throws IOException {
        Path folder = shards(names.split(" "));
        assertEquals(
                folder + ": '" + missing + "' is missing, which '" + promising
                        + "' promises: fetch it, or give names that do not say how many there are",
                refusal(folder, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train-00000-of-00002-0ba9e9b5.tar train-00001-of-00002-e24c9b1f.tar test-00000-of-00001-12-34.tar",
                "x-1-of-2.tar x-2-of-2.tar",
                "a.tar b-7.tar"
            })
    void partsThatAreAllThereAreAWhole(String names) throws IOException {
        assertEquals(
                names.split(" ").length, values(shards(names.split(" ")), null).size());
    }

    @Test
    void aPartThatIsNamedByItselfIsRead() throws IOException {
        Path folder = shards("train-00000-of-00003.tar");
        assertEquals(1, values(folder.resolve("train-00000-of-00003.tar"), null).size());
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

    static List<Arguments> tablesWithEmptyLines() {
        return List.of(
                Arguments.of("\na.png 0\n\nb.png 7\n", ", line 4: expected a name and 0, 1 or 2"),
                Arguments.of("a.png 0\n \na.png 1\n", ", line 3: 'a.png' has a line before"),
                Arguments.of("{\"file_name\": \"a.png\"}\n\n{\"age\": 3}\n", ", line 3: no file_name"),
                Arguments.of("1\n\nage\n\na.png 1 2\n", ", line 5: 2 values for the 1 names of line 3"),
                Arguments.of("1\n\nage age\na.png 1 2\n", ", line 3: two columns are called 'age'"),
                Arguments.of("\n2\nage\na.png 1\n", ": line 2 says 2 pictures"));
    }

    @ParameterizedTest
    @MethodSource("tablesWithEmptyLines")
    void emptyLinesCountInWhatALineIsCalled(String table, String refused) throws IOException {
        Path folder = source("", files("a.png"));
        Path attributes = Files.writeString(temporary.resolve("table"), table);
        String refusal = refusal(folder, attributes);
        assertTrue(refusal.startsWith(attributes + refused), refusal);
    }

    @Test
    void aPictureThatStyleGansLabelsNameTwiceIsRefused() throws IOException {
        Map<String, byte[]> files = files("a.png");
        files.put("dataset.json", "{\"labels\": [[\"a.png\", 0], [\"a.png\", 1]]}".getBytes(UTF_8));
        Path zip = source("zip", files);
        assertEquals(zip + "/dataset.json, label 1: 'a.png' has one before", refusal(zip, null));
    }

    /** It was of a class called null. */
    @Test
    void aPictureWithoutAClassAmongStyleGansLabelsIsRefused() throws IOException {
        Map<String, byte[]> files = files("a.png");
        files.put("dataset.json", "{\"labels\": [[\"a.png\", null]]}".getBytes(UTF_8));
        Path zip = source("zip", files);
        assertEquals(
                zip + "/dataset.json: label 0 is not a name and a class, but [\"a.png\",null]", refusal(zip, null));
    }

    /** Each picture got the class 00000, or none. */
    @ParameterizedTest
    @CsvSource({
        "dataset.json, '{\"labels\": [[\"00000/a.png\", 7]]}'",
        "00000/metadata.csv, 'file_name,age\na.png,1'",
        "metadata.jsonl, '{\"file_name\": \"00000/a.png\", \"age\": 1}'"
    })
    void aTableInATarIsRefusedAndReadInAZip(String name, String table) throws IOException {
        Map<String, byte[]> files = files("00000/a.png");
        files.put(name, table.getBytes(UTF_8));
        Path tar = source("tar", files);
        assertEquals(
                tar + ": '" + name + "' has values of pictures, which are not read from a TAR and would be lost: unpack"
                        + " it, or make a ZIP of it",
                refusal(tar, null));
        Map<String, String> value = name.endsWith(".json") ? Map.of("class", "7") : Map.of("age", "1");
        assertEquals(Map.of("00000/a.png", value), values(source("zip", files), null));
    }

    /** Each was a class of its own. */
    @ParameterizedTest
    @CsvSource({"tar, null", "zip, null", "folder, null", "tar, []", "zip, []"})
    void numberedFoldersBesideADatasetJsonWithoutLabelsAreNoClasses(String kind, String labels) throws IOException {
        Map<String, byte[]> files = files(
                "00000/img00000000.png",
                "00001/img00001000.png",
                "test/00000/a.png",
                "test/b.png",
                "train/00000/c.png",
                "train/d.png");
        files.put("dataset.json", ("{\"labels\": " + labels + "}").getBytes(UTF_8));
        assertEquals(
                Map.of(
                        "00000/img00000000.png", Map.of(),
                        "00001/img00001000.png", Map.of(),
                        "test/00000/a.png", Map.of("split", "test"),
                        "test/b.png", Map.of("split", "test"),
                        "train/00000/c.png", Map.of("split", "train"),
                        "train/d.png", Map.of("split", "train")),
                values(source(kind, files), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar", "zip", ""})
    void numberedFoldersAreClassesWhereNothingSaysOtherwise(String kind) throws IOException {
        Path source = source(kind, files("0/a.png", "1/b.png", "dataset.json"));
        assertEquals(Map.of("0/a.png", Map.of("class", "0"), "1/b.png", Map.of("class", "1")), values(source, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar", "zip"})
    void backslashesInAnArchivesNamesDivideFolders(String kind) throws IOException {
        Path source = source(kind, files("cat\\0.png", "dog\\1.png", "__MACOSX\\2.png"));
        assertEquals(
                Map.of("cat/0.png", Map.of("class", "cat"), "dog/1.png", Map.of("class", "dog")), values(source, null));
    }

    @Test
    void aFolderOfAZipMayEndInABackslash() throws IOException {
        assertEquals(
                1, values(source("zip", files("cat\\", "cat\\0.png")), null).size());
    }

    /** One of the two was lost, or both were there. */
    @ParameterizedTest
    @ValueSource(strings = {"tar", "zip"})
    void anArchiveWithTwoFilesOfOneNameIsRefused(String kind) throws IOException {
        List<Map.Entry<String, byte[]>> files = Stream.of("cat/1.png", "dog/1.png", "cat/1.png")
                .map(name -> Map.entry(name, name.getBytes(UTF_8)))
                .toList();
        Path place = temporary.resolve("twice." + kind);
        Path source = kind.equals("tar") ? MadeSources.tar(place, files) : MadeSources.zip(place, files);
        assertEquals(
                source + ": 'cat/1.png' is in it twice, and one of the two would be lost: pack it anew with one of"
                        + " them, or under two names",
                refusal(source, null));
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

    /** The pictures of test/ were trained on. */
    @ParameterizedTest
    @ValueSource(strings = {"zip", ""})
    void aTableThatSaysNoSplitLeavesThatOfTheFolders(String kind) throws IOException {
        Path source = source(kind, files("test/a.png", "test/b.png", "train/c.png", "train/d.png"));
        Path attributes = Files.writeString(
                temporary.resolve("table"), "file_name,age,split\ntest/a.png,1,\nc.png,2,val\nd.png,3,\n");
        assertEquals(
                Map.of(
                        "test/a.png", Map.of("age", "1", "split", "test"),
                        "test/b.png", Map.of("split", "test"),
                        "train/c.png", Map.of("age", "2", "split", "val"),
                        "train/d.png", Map.of("age", "3", "split", "train")),
                values(source, attributes));
    }

    @Test
    void whatDescribesAPictureInATarLeavesTheSplitOfItsFolder() throws IOException {
        Path source = source("tar", files("test/a.png", "test/a.cls", "train/b.png", "train/b.json"));
        assertEquals(
                Map.of(
                        "test/a.png", Map.of("class", "test/a.cls", "split", "test"),
                        "train/b.png", Map.of("name", "1", "split", "train")),
                values(source, null));
    }

    /** Kaggle's. */
    @ParameterizedTest
    @CsvSource({"Train, Test", "TRAIN, TEST", "Training, Testing", "training, testing"})
    void splitsAreKnownInLettersOfAnySizeAndAsWhatIsDone(String train, String test) throws IOException {
        Path source = source("", files(train + "/cat/a.png", test + "/cat/b.png"));
        assertEquals(
                Map.of(
                        train + "/cat/a.png", Map.of("class", "cat", "split", "train"),
                        test + "/cat/b.png", Map.of("class", "cat", "split", "test")),
                values(source, null));
    }

    @Test
    void aClassThatIsCalledAsASplitKeepsItsName() throws IOException {
        Path source = source("", files("Bus/a.png", "Training/b.png"));
        assertEquals(Map.of("class", "Training"), values(source, null).get("Training/b.png"));
    }

    /** One row went to every picture of the name. */
    @Test
    void aNameThatSeveralPicturesHaveIsRefused() throws IOException {
        Path folder = source("", files("cat/0.png", "cat/1.png", "dog/0.png"));
        Path attributes = Files.writeString(temporary.resolve("table"), "file_name,glasses\n0.png,yes\n1.png,no\n");
        assertEquals(
                attributes + ": '0.png' is the name of both 'cat/0.png' and 'dog/0.png': give the paths in place of the"
                        + " names",
                refusal(folder, attributes));
    }

    @Test
    void aPathIsNotTheNameOfAnotherPictureToo() throws IOException {
        Path folder = source("", files("0.png", "thumbnails/0.png", "faces/1.png"));
        Path attributes = Files.writeString(temporary.resolve("table"), "file_name,glasses\n0.png,yes\n1.png,no\n");
        assertEquals(
                Map.of(
                        "0.png", Map.of("glasses", "yes"),
                        "thumbnails/0.png", Map.of(),
                        "faces/1.png", Map.of("glasses", "no")),
                values(folder, attributes));
    }

    @Test
    void aCsvWithoutALineOfNamesIsRefused() throws IOException {
        Path folder = source("", files("a.png", "b.png"));
        Path attributes = Files.writeString(temporary.resolve("table"), "a.png,yes\nb.png,no\n");
        assertEquals(
                attributes + " is no CSV with a line of names first: line 1 begins with the picture 'a.png'",
                refusal(folder, attributes));
    }

    private Map<String, Map<String, String>> described(String table) throws IOException {
        return values(source("", files("a.png", "b.png")), Files.writeString(temporary.resolve("table"), table));
    }

    /** Excel's: the first column was called otherwise, or JSON was no CSV. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "age,file_name\n1,a.png\n2,b.png\n",
                "{\"file_name\": \"a.png\", \"age\": 1}\n{\"file_name\": \"b.png\", \"age\": 2}\n",
                "2\nage\na.png 1\nb.png 2\n"
            })
    void aByteOrderMarkIsNoPartOfATable(String table) throws IOException {
        assertEquals(Map.of("a.png", Map.of("age", "1"), "b.png", Map.of("age", "2")), described("\uFEFF" + table));
    }

    @Test
    void spacesAroundCommasAreNotOfTheValues() throws IOException {
        assertEquals(
                Map.of("a.png", Map.of("age", "1", "note", " two "), "b.png", Map.of("age", "2", "note", "x y")),
                described("file_name, age ,note\na.png , 1, \" two \" \nb.png,\t2,x y\n"));
    }

    @Test
    void aTableThatIsNoUtf8IsRefusedByItsLine() throws IOException {
        Path folder = source("", files("a.png", "b.png"));
        Path attributes = Files.write(
                temporary.resolve("table"), "file_name,place\na.png,ä\nb.png,caf\u00e9\n".getBytes(ISO_8859_1));
        assertEquals(attributes + ", line 2: no UTF-8: save the file as UTF-8", refusal(folder, attributes));
        Files.write(attributes, "file_name,place\na.png,\u00e4\n".getBytes(UTF_16));
        assertEquals(attributes + ", line 1: no UTF-8: save the file as UTF-8", refusal(folder, attributes));
        Files.write(attributes, new byte[] {'f', ',', 'p', '\n', 'a', ',', (byte) 0xc3});
        assertEquals(attributes + ", line 2: no UTF-8: save the file as UTF-8", refusal(folder, attributes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file_name,label, label\na.png,1,2\n", "1\nlabel age label\na.png 1 2 3\n"})
    void twoColumnsOfOneNameAreRefused(String table) throws IOException {
        Path folder = source("", files("a.png"));
        Path attributes = Files.writeString(temporary.resolve("table"), table);
        assertEquals(
                attributes + ", line " + (table.startsWith("f") ? 1 : 2)
                        + ": two columns are called 'label': give one of them another name, or leave it out",
                refusal(folder, attributes));
    }

    @Test
    void columnsWithoutNamesAtTheRightAreNoObstacle() throws IOException {
        assertEquals(
                Map.of("age", "1"), described("file_name,age,,\na.png,1,,\n").get("a.png"));
    }

    @Test
    void whatATableLeavesWithoutValuesIsNoted() throws IOException {
        Path folder = source("", files("a.png", "b.png", "c.png"));
        Path attributes = Files.writeString(temporary.resolve("table"), "file_name,age\na.png,1\nx.png,2\ny.png,3\n");
        try (PictureSource pictures = Sources.open(folder, attributes)) {
            assertEquals(
                    List.of(
                            "2 of 3 pictures have no values: " + attributes + " does not name them",
                            "2 of the 3 pictures that " + attributes + " names are not there"),
                    pictures.notes());
        }
        Path whole = Files.writeString(temporary.resolve("whole"), "file_name,age\na.png,1\nb.png,2\nc.png,3\n");
        try (PictureSource pictures = Sources.open(folder, whole)) {
            assertEquals(List.of(), pictures.notes());
        }
    }

    /** An archive that lay beside them was taken in their place. */
    @ParameterizedTest
    @CsvSource({"cat/a.png", "a.png"})
    void picturesWithAnArchiveBesideThemAreRefused(String picture) throws IOException {
        Path folder = source("", files(picture));
        MadeSources.tar(folder.resolve("backup.tar"), files("old.png"));
        assertEquals(
                folder + " has both 'backup.tar' and '" + picture
                        + "', and one of them would be left out: name the one that is meant, or put the other elsewhere",
                refusal(folder, null));
    }

    /** They were left out without a word. */
    @ParameterizedTest
    @CsvSource({
        "a.png, more.zip",
        "a.png, a/More.ZIP",
        "cat/a.png, sub/x.tar",
        "cat/a.png, sub/x.tar.gz",
        "cat/a.png, sub/x.npz",
        "cat/a.png, sub/x.parquet",
        "a.tar, sub/x.tar",
        "a.tar, more.zip"
    })
    void archivesBesideOrBelowWhatIsReadAreRefused(String read, String passedOver) throws IOException {
        Path folder = source("", files(read, passedOver));
        if (read.endsWith("tar")) {
            MadeSources.tar(folder.resolve(read), files("b.png"));
        }
        assertEquals(
                folder + " has both '" + read + "' and '" + passedOver
                        + "', and one of them would be left out: name the one that is meant, or put the other elsewhere",
                refusal(folder, null));
    }

    @Test
    void archivesOfTwoKindsAreRefused() throws IOException {
        Path folder =
                MadeSources.idx(Files.createDirectory(temporary.resolve("two"))).getParent();
        MadeSources.tar(folder.resolve("backup.tar"), files("old.png"));
        String reason = refusal(folder, null);
        assertTrue(reason.startsWith(folder + " has both 'backup.tar' and '"), reason);
    }

    /** Half of what was unpacked by hand had no labels, without a word. */
    @ParameterizedTest
    @CsvSource({"q-images-idx3-ubyte.gz, q-labels-idx1-ubyte", "q-images.idx3-ubyte, q-labels.idx1-ubyte.gz"})
    void labelsBesideImagesMayBePackedOrNot(String images, String labels) throws IOException {
        Path made = MadeSources.idx(temporary.resolve("idx"));
        Files.move(made.resolveSibling("x-labels-idx4-ubyte"), made.resolveSibling(labels));
        Path source = Files.move(made, made.resolveSibling(images));
        assertEquals(Map.of("class", "2"), values(source, null).get("image 2"));
        assertEquals(values(source, null), values(source.getParent(), null));
        try (PictureSource pictures = Sources.open(source, null)) {
            assertEquals("IDX", pictures.layout());
            assertEquals(List.of(), pictures.notes());
        }
    }

    @Test
    void imagesWithoutLabelsAreNoted() throws IOException {
        Path images = MadeSources.idx(temporary.resolve("idx"));
        Files.delete(images.resolveSibling("x-labels-idx4-ubyte"));
        try (PictureSource pictures = Sources.open(images, null)) {
            assertEquals(
                    List.of("there are no labels beside " + images
                            + ", neither x-labels-idx4-ubyte nor x-labels-idx4-ubyte.gz"),
                    pictures.notes());
        }
        Path nameless = Files.move(images, images.resolveSibling("x"));
        try (PictureSource pictures = Sources.open(nameless, null)) {
            assertEquals(
                    List.of(nameless
                            + " has no 'images' or 'idx3' in its name, by which labels beside it would be known"),
                    pictures.notes());
        }
    }

    @Test
    void shardsThatLieTogetherAreSplitsByTheirNames() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("shards"));
        MadeSources.tar(folder.resolve("celeb-train-0000.tar"), files("a.png", "dog/b.png"));
        MadeSources.tar(folder.resolve("celeb-validation-0000.tar"), files("c.png", "c.cls"));
        Map<String, byte[]> own = files("d.png");
        own.put("d.json", "{\"split\": \"train\"}".getBytes(UTF_8));
        MadeSources.tar(folder.resolve("celeb_test.tar"), own);
        MadeSources.tar(folder.resolve("train-and-test.tar"), files("e.png"));
        MadeSources.tar(folder.resolve("Testing.tar"), files("f.png"));
        assertEquals(
                Map.of(
                        "a.png", Map.of("split", "train"),
                        "dog/b.png", Map.of("class", "dog", "split", "train"),
                        "c.png", Map.of("class", "c.cls", "split", "validation"),
                        "d.png", Map.of("split", "train"),
                        "e.png", Map.of(),
                        "f.png", Map.of("split", "test")),
                values(folder, null));
    }

    @Test
    void aShardByItselfIsAWhole() throws IOException {
        Path shard = MadeSources.tar(temporary.resolve("test.tar"), files("a.png"));
        assertEquals(Map.of("a.png", Map.of()), values(shard, null));
    }

    /** Both were passed over without a word. */
    @Test
    void whatIsLeftOutOfAFolderIsNoted() throws IOException {
        Map<String, byte[]> files =
                files("a/1.png", "a/2.TIF", "a/3.avif", "a/4.jfif", "a/5.CR2", "a/notes.txt", "b/metadata.jsonl");
        files.put("metadata.csv", "file_name,age\na/1.png,1\na/4.jfif,2\n".getBytes(UTF_8));
        Path folder = source("", files);
        assertEquals(Map.of("a/1.png", Map.of("age", "1"), "a/4.jfif", Map.of("age", "2")), values(folder, null));
        try (PictureSource pictures = Sources.open(folder, null)) {
            assertEquals(
                    List.of(
                            "3 pictures in formats that are not read here are left out, the first is 'a/2.TIF'",
                            "1 tables of values besides " + folder
                                    + "/metadata.csv are left out, the first is 'b/metadata.jsonl'"),
                    pictures.notes());
        }
        Files.delete(folder.resolve("metadata.csv"));
        Files.delete(folder.resolve("b/metadata.jsonl"));
        try (PictureSource pictures = Sources.open(folder, null)) {
            assertEquals(1, pictures.notes().size(), pictures.notes().toString());
        }
    }

    /** Without a word. An import reads the beginning of an archive twice. */
    @Test
    void whatIsLeftOutOfATarIsNoted() throws IOException {
        Path source = source("tar", files("a.png", "b.tif", "c.NEF", "c.json", "notes.html"));
        try (PictureSource pictures = Sources.open(source, null)) {
            pictures.read(0, picture -> true);
            pictures.read(0, picture -> true);
            assertEquals(
                    List.of("2 pictures in formats that are not read here are left out, the first is 'made.tar/b.tif'"),
                    pictures.notes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpe", "jfif", "jif", "pjpeg", "pjp", "apng"})
    void aPictureUnderAnotherEndingOfItsFormatIsRead(String ending) throws IOException {
        for (String kind : List.of("", "tar", "zip")) {
            assertEquals(1, values(source(kind, files("a." + ending)), null).size(), kind);
        }
    }

    /** Of values without a picture there is nothing to say. */
    @Test
    void columnsThatAreLeftOutOfATarAreNoted() throws IOException {
        Map<String, byte[]> files = files("a.png", "b.png");
        files.put("b.json", "{\"age\": 1, \"box\": [1, 2], \"face\": {\"left\": 1}, \"name\": null}".getBytes(UTF_8));
        files.put("c.json", "{\"shards\": [1]}".getBytes(UTF_8));
        try (PictureSource pictures = Sources.open(source("tar", files), null)) {
            pictures.read(0, picture -> true);
            assertEquals(
                    List.of(
                            "columns without flags, numbers or text are left out: 'box' (an object or array), 'face' (an"
                                    + " object or array)"),
                    pictures.notes());
        }
    }

    @Test
    void columnsThatAreLeftOutOfJsonLinesAreNoted() throws IOException {
        Map<String, byte[]> files = files("a.png", "b/c.png");
        files.put("metadata.jsonl", "{\"file_name\": \"a.png\", \"age\": 1, \"objects\": {\"x\": 1}}".getBytes(UTF_8));
        files.put("b/metadata.jsonl", "{\"file_name\": \"c.png\", \"box\": [], \"objects\": {}}".getBytes(UTF_8));
        Path folder = source("", files);
        try (PictureSource pictures = Sources.open(folder, null)) {
            assertEquals(
                    List.of("columns without flags, numbers or text are left out: 'box' (an object or array), 'objects'"
                            + " (an object or array)"),
                    pictures.notes());
        }
    }

    /** It was said to be no picture. */
    @Test
    void aTableThatIsTooLargeIsReadWhereItIsNamed() throws IOException {
        Path folder = source("", files("a.png"));
        Path table = folder.resolve("metadata.jsonl");
        byte[] content = new byte[65 << 20];
        Arrays.fill(content, (byte) ' ');
        byte[] row = "{\"file_name\": \"a.png\", \"age\": 1}".getBytes(UTF_8);
        System.arraycopy(row, 0, content, 0, row.length);
        Files.write(table, content);
        assertEquals(
                folder + ": 'metadata.jsonl' has more than 64 MiB: give it as a file by --attributes",
                refusal(folder, null));
        assertEquals(Map.of("a.png", Map.of("age", "1")), values(folder, table));
        try (PictureSource pictures = Sources.open(folder, table)) {
            assertEquals(List.of(), pictures.notes());
        }
    }

    @Test
    void labelsThatAreTooLargeAreToBeATable() throws IOException {
        Path folder = source("", files("a.png"));
        try (RandomAccessFile labels =
                new RandomAccessFile(folder.resolve("dataset.json").toFile(), "rw")) {
            labels.setLength(65 << 20);
        }
        assertEquals(
                folder
                        + ": 'dataset.json' has more than 64 MiB: give its labels as CSV (file_name,class) by --attributes",
                refusal(folder, null));
    }
}
