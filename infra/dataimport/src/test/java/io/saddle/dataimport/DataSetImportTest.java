package io.saddle.dataimport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddle.artifact.ArtifactStore.FolderWriter;
import io.saddle.dataimport.picture.Picture;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.picture.Resampling;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetException;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.MappedImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataSetImportTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Map<String, Long> LABELS = Map.of("0", 6L, "1", 6L, "2", 6L, "3", 6L);
    private static final Map<String, Long> SMILING = Map.of("0", 16L, "1", 8L);

    @TempDir
    Path temporary;

    private final AtomicInteger targets = new AtomicInteger();
    private Path imported;

    private static ImportOptions options(Path attributes, Integer size, double maxBad) {
        return new ImportOptions("made", attributes, size, null, Resampling.LANCZOS, 255, maxBad, 2, null);
    }

    private static ImportOptions holdingOut(double share) {
        return new ImportOptions("made", null, null, null, Resampling.LANCZOS, 255, 0.01, 2, share);
    }

    private DataSetManifest run(Path source, ImportOptions options, DataSetImport.Progress progress)
            throws IOException {
        return new DataSetImport(source, options, progress).run(temporary.resolve("work"), this::put, NOW);
    }

    private DataSetManifest put(FolderWriter content) throws IOException {
        imported = Files.createDirectory(temporary.resolve("set-" + targets.incrementAndGet()));
        content.write(imported);
        return DataSetManifest.read(imported);
    }

    private DataSetManifest run(Path source) throws IOException {
        return run(source, options(null, null, 0.01), (at, total) -> {});
    }

    private static Map<String, Long> counts(DataSetManifest manifest, String column) {
        Map<String, Long> counts = new TreeMap<>();
        for (Column.Value value : manifest.column(column).orElseThrow().values()) {
            counts.put(value.value(), value.count());
        }
        return counts;
    }

    /** Sorted by name, the pictures of all layouts but class folders come in the same order. */
    private String pixelsInOrder() throws IOException {
        return run(MadeSources.folder(temporary.resolve("plain"), plain())).sha256();
    }

    private static Map<String, byte[]> plain() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < MadeSources.COUNT; i++) {
            files.put(MadeSources.name(i) + ".png", MadeSources.png(i));
        }
        return files;
    }

    @Test
    void allLayoutsOfTheSamePicturesGiveTheSamePixelsAndValues() throws IOException {
        String pixels = pixelsInOrder();
        Path celebA = MadeSources.celebA(temporary.resolve("celeba"));
        Map<Path, ImportOptions> sources = new LinkedHashMap<>();
        sources.put(celebA, options(celebA.resolve("list_attr.txt"), null, 0.01));
        ImportOptions own = options(null, null, 0.01);
        sources.put(MadeSources.withCsv(temporary.resolve("csv")), own);
        sources.put(MadeSources.withJsonLines(temporary.resolve("jsonl")), own);
        sources.put(MadeSources.tar(temporary.resolve("samples.tar"), MadeSources.samples()), own);
        for (Map.Entry<Path, ImportOptions> source : sources.entrySet()) {
            DataSetManifest manifest = run(source.getKey(), source.getValue(), (at, total) -> {});
            assertEquals(pixels, manifest.sha256(), source.getKey().toString());
            assertEquals(LABELS, counts(manifest, "Label"), source.getKey().toString());
            assertEquals(SMILING, counts(manifest, "Smiling"), source.getKey().toString());
            assertEquals(
                    Column.Kind.FLAGS, manifest.column("Smiling").orElseThrow().kind());
        }
        for (Path labelled : new Path[] {
            MadeSources.zip(temporary.resolve("gan.zip"), MadeSources.styleGan()),
            MadeSources.idx(temporary.resolve("idx"))
        }) {
            DataSetManifest manifest = run(labelled);
            assertEquals(pixels, manifest.sha256(), labelled.toString());
            assertEquals(LABELS, counts(manifest, Column.CLASS), labelled.toString());
        }
    }

    @Test
    void aFolderAndAZipAndATarOfClassFoldersAreTheSameDataSet() throws IOException {
        DataSetManifest folder = run(MadeSources.folder(temporary.resolve("folders"), MadeSources.classFolders()));
        assertEquals(Map.of("c0", 6L, "c1", 6L, "c2", 6L, "c3", 6L), counts(folder, Column.CLASS));
        assertEquals(Map.of("train", 24L), counts(folder, "split"));
        DataSetManifest zip = run(MadeSources.zip(temporary.resolve("folders.zip"), MadeSources.classFolders()));
        assertEquals(folder.sha256(), zip.sha256());
        assertEquals(folder.columns(), zip.columns());
        Map<String, byte[]> sorted = new TreeMap<>(MadeSources.classFolders());
        DataSetManifest tar = run(MadeSources.tar(temporary.resolve("folders.tar"), sorted));
        assertEquals(folder.sha256(), tar.sha256());
        assertEquals(counts(folder, Column.CLASS), counts(tar, Column.CLASS));
    }

    /** It was "no ZIP". */
    @Test
    void namesOfAZipInItsFirstCodePageAreReadAsTheyWereMeant() throws IOException {
        List<Map.Entry<String, byte[]>> files = List.of(
                Map.entry("h\u00f6he/0.png", MadeSources.png(0)), Map.entry("caf\u00e9/1.png", MadeSources.png(1)));
        for (String names : List.of("IBM437", "UTF-8")) {
            Path zip = MadeSources.zip(temporary.resolve(names + ".zip"), files, Charset.forName(names));
            assertEquals(Map.of("h\u00f6he", 1L, "caf\u00e9", 1L), counts(run(zip), Column.CLASS), names);
        }
    }

    /** Six pictures each of four classes, under train/: of each class two are held out, the same ones whenever it is imported. */
    @Test
    void aShareOfEachClassIsHeldOut() throws IOException {
        Path source = MadeSources.folder(temporary.resolve("folders"), MadeSources.classFolders());
        DataSetManifest divided = run(source, holdingOut(0.3), (at, total) -> {});
        Map<String, String> sides = heldOutByClass(divided);
        assertEquals(Map.of("train", 16L, "test", 8L), counts(divided, "split"));
        assertEquals(Map.of("c0", "nynnyn", "c1", "nynnyn", "c2", "nynnyn", "c3", "nynnyn"), sides);
        assertEquals(run(source).sha256(), divided.sha256());
    }

    /** For each class its pictures in their order: y for one that is held out. */
    private Map<String, String> heldOutByClass(DataSetManifest manifest) throws IOException {
        DataSetFolder set = new DataSetFolder(imported, manifest);
        Column classes = manifest.column(Column.CLASS).orElseThrow();
        Column split = manifest.column("split").orElseThrow();
        Map<String, String> sides = new TreeMap<>();
        for (int i = 0; i < manifest.images(); i++) {
            String side = split.values().get(set.values(split).get(i)).value().equals("test") ? "y" : "n";
            sides.merge(classes.values().get(set.values(classes).get(i)).value(), side, String::concat);
        }
        return sides;
    }

    @Test
    void aSourceThatIsDividedAlreadyIsNotDividedAnew() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>(MadeSources.classFolders());
        files.put("test/c0/more.png", MadeSources.png(0));
        Path source = MadeSources.folder(temporary.resolve("folders"), files);
        SourceException refused =
                assertThrows(SourceException.class, () -> run(source, holdingOut(0.3), (at, total) -> {}));
        assertTrue(
                refused.getMessage().contains("test/c0/more.png is called test by the source"), refused.getMessage());
        assertFalse(Files.exists(temporary.resolve("work")));
    }

    @Test
    void aTableOfAttributesDividesNoSourceAnew() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("test/a.png", MadeSources.png(0));
        files.put("train/b.png", MadeSources.png(1));
        Path source = MadeSources.folder(temporary.resolve("divided"), files);
        Path table = Files.writeString(temporary.resolve("labels.csv"), "file_name,label\na.png,0\nb.png,1\n");
        ImportOptions options = new ImportOptions("made", table, null, null, Resampling.LANCZOS, 255, 0.01, 2, 0.5);
        SourceException refused = assertThrows(SourceException.class, () -> run(source, options, (at, total) -> {}));
        assertTrue(refused.getMessage().contains("test/a.png is called test by the source"), refused.getMessage());
    }

    @Test
    void aShareThatHoldsNothingOutIsRefused() throws IOException {
        Path source = MadeSources.folder(temporary.resolve("folders"), MadeSources.classFolders());
        SourceException refused =
                assertThrows(SourceException.class, () -> run(source, holdingOut(0.08), (at, total) -> {}));
        assertTrue(refused.getMessage().contains("--hold-out"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> holdingOut(1));
        assertThrows(IllegalArgumentException.class, () -> holdingOut(Double.NaN));
    }

    /** Captions made the folders count for nothing. */
    @Test
    void captionsInATarLeaveTheClassesToTheFolders() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        new TreeMap<>(MadeSources.classFolders()).forEach((name, png) -> {
            if (name.endsWith(".png")) {
                files.put(name, png);
                files.put(name.replace(".png", ".txt"), "a picture".getBytes(StandardCharsets.UTF_8));
            }
        });
        DataSetManifest manifest = run(MadeSources.tar(temporary.resolve("captions.tar"), files));
        assertEquals(Map.of("c0", 6L, "c1", 6L, "c2", 6L, "c3", 6L), counts(manifest, Column.CLASS));
        assertEquals(Map.of("a picture", 24L), counts(manifest, "text"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"packed.tar.gz", "PACKED.TAR.GZ", "packed.TGZ", "packed.tar"})
    void aTarThatIsPackedIsTheSameDataSet(String name) throws IOException {
        Path tar = MadeSources.tar(temporary.resolve("samples.tar"), MadeSources.samples());
        Path packed = Files.move(MadeSources.packed(tar), temporary.resolve(name));
        assertEquals(run(tar).sha256(), run(packed).sha256());
    }

    @Test
    void celebAsPartitionIsTheSplit() throws IOException {
        Path celebA = MadeSources.celebA(temporary.resolve("celeba"));
        StringBuilder parts = new StringBuilder();
        for (int i = 0; i < MadeSources.COUNT; i++) {
            parts.append(MadeSources.name(i)).append(".png ").append(i % 3).append('\n');
        }
        Path file = Files.writeString(celebA.resolve("list_eval_partition.txt"), parts);
        DataSetManifest manifest = run(celebA, options(file, null, 0.01), (at, total) -> {});
        assertEquals(Map.of("train", 8L, "val", 8L, "test", 8L), counts(manifest, "split"));
    }

    /** CIFAR-10 has a label before each image, CIFAR-100 a coarse one before that. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void cifarsFilesAreReadInTheOrderOfTheirNames(int labels) throws IOException {
        byte[] row = new byte[labels + 3 * 32 * 32];
        Path folder = Files.createDirectory(temporary.resolve("cifar"));
        for (String name : new String[] {"test_batch.bin", "data_batch_1.bin"}) {
            row[0] = 7;
            row[labels - 1] = (byte) (name.startsWith("test") ? 3 : 250);
            row[labels] = (byte) (name.startsWith("test") ? 11 : 22);
            Files.write(folder.resolve(name), row);
        }
        DataSetManifest manifest = run(folder);
        assertEquals(Map.of("3", 1L, "250", 1L), counts(manifest, Column.CLASS));
        assertEquals(Map.of("train", 1L, "test", 1L), counts(manifest, "split"));
        assertEquals(
                labels == 2 ? List.of(Column.CLASS, "coarse", "split") : List.of(Column.CLASS, "split"),
                manifest.columns().stream().map(Column::name).toList());
        byte[] image = new byte[3 * 32 * 32];
        DataSetFolder.open(imported).images().read(0, image);
        assertEquals(22, image[0], "the first red level of data_batch_1");
    }

    /** Written by numpy's savez_compressed: see npz.py. */
    @Test
    void numpysFilesAreReadWithTheirPartsAndLabels() throws IOException {
        DataSetManifest manifest = run(Path.of("src", "test", "resources", "npz", "parts.npz"));
        assertEquals(5, manifest.images());
        assertEquals(3, manifest.channels());
        assertEquals(3, manifest.height());
        assertEquals(4, manifest.width());
        assertEquals(Map.of("0", 1L, "3", 2L, "7", 2L), counts(manifest, Column.CLASS));
        assertEquals(Map.of("test", 2L, "train", 3L), counts(manifest, "split"));
        byte[] image = new byte[36];
        DataSetFolder set = DataSetFolder.open(imported);
        // The first of train_images comes behind the two of test_images; its levels are 0, 1, 2, ... in [H, W, C].
        set.images().read(2, image);
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < 12; i++) {
                assertEquals(3 * i + c, image[12 * c + i], "channel " + c + ", pixel " + i);
            }
        }
        Column classes = set.manifest().column(Column.CLASS).orElseThrow();
        assertEquals("7", classes.values().get(set.values(classes).get(2)).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"grey.npz", "arrays.npz", "keras.npz"})
    void greyImagesWithAndWithoutLabelsAreRead(String file) throws IOException {
        DataSetManifest manifest = run(Path.of("src", "test", "resources", "npz", file));
        assertEquals(1, manifest.channels());
        byte[] image = new byte[12];
        DataSetFolder.open(imported).images().read(1, image);
        assertEquals(12, image[0]);
        if (file.equals("grey.npz")) {
            assertTrue(manifest.column(Column.CLASS).isEmpty());
        } else {
            assertEquals(Map.of("-1", 1L, "300", 1L), counts(manifest, Column.CLASS));
        }
    }

    /** They became one without a split. */
    @Test
    void numpysFilesThatLieTogetherAreSplitsByTheirNames() throws IOException {
        Path npz = Path.of("src", "test", "resources", "npz");
        Path folder = Files.createDirectory(temporary.resolve("npz"));
        for (String part : List.of("train", "test")) {
            Files.copy(npz.resolve("grey.npz"), folder.resolve(part + ".npz"));
        }
        assertEquals(Map.of("test", 2L, "train", 2L), counts(run(folder), "split"));
    }

    /** Labels that are called otherwise were passed over without a word. */
    @Test
    void imagesOfNumpyWithoutLabelsAreNoted() throws IOException {
        Path file = Path.of("src", "test", "resources", "npz", "other-labels.npz");
        assertEquals(
                List.of(file + ": there are no labels of images.npy; they would be called labels.npy"),
                run(file).notes());
    }

    @Test
    void whatIsImportedIsReadBackAsItWas() throws IOException {
        Path celebA = MadeSources.celebA(temporary.resolve("celeba"));
        run(celebA, options(celebA.resolve("list_attr.txt"), null, 0.01), (at, total) -> {});
        DataSetFolder set = DataSetFolder.open(imported);
        MappedImages images = set.images();
        assertEquals(MadeSources.COUNT, images.count());
        byte[] image = new byte[images.imageBytes()];
        Column smiling = set.manifest().column("Smiling").orElseThrow();
        for (int i = 0; i < MadeSources.COUNT; i++) {
            images.read(i, image);
            Picture expected = new PictureDecoder(255).decode(MadeSources.png(i));
            assertArrayEquals(expected.levels(), image);
            assertEquals(
                    MadeSources.smiles(i) ? "1" : "0",
                    smiling.values().get(set.values(smiling).get(i)).value());
        }
        assertThrows(IndexOutOfBoundsException.class, () -> images.read(MadeSources.COUNT, image));
    }

    private BufferedImage preview() throws IOException {
        return ImageIO.read(imported.resolve(DataSetManifest.PREVIEW).toFile());
    }

    private static int rgb(BufferedImage image, int x, int y) {
        return image.getRGB(x, y) & 0xffffff;
    }

    /** Six pictures of each of four classes, 12 pixels wide, 2 between them: picture i is the (i/4)th of class i%4. */
    @Test
    void thePreviewHasARowOfEachClass() throws IOException {
        run(MadeSources.folder(temporary.resolve("folders"), MadeSources.classFolders()));
        BufferedImage preview = preview();
        assertEquals(8 * 14 - 2, preview.getWidth());
        assertEquals(4 * 14 - 2, preview.getHeight());
        for (int i = 0; i < MadeSources.COUNT; i++) {
            int left = 14 * (i / 4);
            int top = 14 * MadeSources.label(i);
            assertEquals(rgb(MadeSources.image(i), 3, 5), rgb(preview, left + 3, top + 5), "picture " + i);
        }
        assertEquals(0xffffff, rgb(preview, 6 * 14 + 3, 5), "a class has six pictures");
    }

    @Test
    void withoutClassesThePreviewIsFromAllOverTheDataSet() throws IOException {
        run(MadeSources.folder(temporary.resolve("plain"), plain()));
        BufferedImage preview = preview();
        assertEquals(2 * 14 - 2, preview.getHeight());
        assertEquals(rgb(MadeSources.image(0), 3, 5), rgb(preview, 3, 5));
        assertEquals(rgb(MadeSources.image(12), 3, 5), rgb(preview, 3, 14 + 5), "the ninth of sixteen in 24");
    }

    @Test
    void largeImagesAreSmallInThePreview() throws IOException {
        Path source = MadeSources.folder(temporary.resolve("large"), Map.of("a.png", larger()));
        run(source, options(null, 300, 0.01), (at, total) -> {});
        assertEquals(64, preview().getHeight());
    }

    @Test
    void aFewPicturesThatCannotBeReadAreLeftOutAndNamed() throws IOException {
        Map<String, byte[]> files = plain();
        files.put("000003.png", "no picture".getBytes(StandardCharsets.UTF_8));
        Path source = MadeSources.folder(temporary.resolve("bad"), files);
        DataSetManifest manifest = run(source, options(null, null, 0.05), (at, total) -> {});
        assertEquals(MadeSources.COUNT - 1, manifest.images());
        assertEquals("000003.png", manifest.skipped().get(0).file());
        assertEquals(
                "no picture in a format that is known here",
                manifest.skipped().get(0).reason());
    }

    @Test
    void tooManyFailTheImportAndNothingIsLeft() throws IOException {
        Map<String, byte[]> files = plain();
        files.put("000003.png", new byte[0]);
        Path source = MadeSources.folder(temporary.resolve("bad"), files);
        SourceException e = assertThrows(SourceException.class, () -> run(source));
        assertTrue(
                e.getMessage()
                        .contains(
                                "pictures cannot be read so far, more than 1.00 % of all (--max-bad); the first is 000003.png"),
                e.getMessage());
        assertFalse(Files.exists(temporary.resolve("work")));
        assertEquals(0, targets.get());
    }

    @Test
    void picturesOfDifferentSizesNeedASizeAndGetIt() throws IOException {
        Map<String, byte[]> files = plain();
        files.put("000001.png", larger());
        Path source = MadeSources.folder(temporary.resolve("sizes"), files);
        SourceException e = assertThrows(SourceException.class, () -> run(source));
        assertTrue(e.getMessage().contains("12x12 and 20x16"), e.getMessage());
        DataSetManifest manifest = run(source, options(null, 8, 0.01), (at, total) -> {});
        assertEquals(8, manifest.height());
        assertEquals(8, manifest.width());
        assertEquals(MadeSources.COUNT, manifest.images());
    }

    /** Only the first pictures are looked at beforehand. */
    @Test
    void aPictureOfAnotherSizeFarBehindTheFirstOnesIsNotStretched() throws IOException {
        Map<String, byte[]> files = manyFiles();
        files.put("0/0100.png", larger());
        Path source = MadeSources.folder(temporary.resolve("far"), files);
        SourceException e = assertThrows(SourceException.class, () -> run(source));
        assertTrue(e.getMessage().contains("0100.png is 20x16"), e.getMessage());
        assertTrue(e.getMessage().contains("--size"), e.getMessage());
    }

    /** Hugging Face's layout of a data set with splits. */
    @Test
    void aTableInEachSplitsFolderIsRead() throws IOException {
        Path source = temporary.resolve("splits");
        MadeSources.withCsv(source.resolve("train"));
        MadeSources.withCsv(source.resolve("test"));
        DataSetManifest manifest = run(source);
        long count = MadeSources.COUNT;
        assertEquals(Map.of("test", count, "train", count), counts(manifest, "split"));
        Map<String, Long> smiling = counts(manifest, "Smiling");
        SMILING.forEach((value, inOne) -> assertEquals(2 * inOne, smiling.get(value)));
        assertEquals(0, manifest.column("Smiling").orElseThrow().missing());
    }

    /** After a cut: what was done of the old content counts no longer. A link to the folder stays as old as it is. */
    @ParameterizedTest
    @ValueSource(strings = {"changing", "link"})
    void aFolderThatChangedMeanwhileIsImportedAnew(String name) throws IOException {
        Path folder = MadeSources.folder(temporary.resolve("changing"), manyFiles());
        Files.createSymbolicLink(temporary.resolve("link"), folder);
        Path source = temporary.resolve(name);
        cutOff(source);
        Files.write(source.resolve("0/0005.png"), MadeSources.png(23));
        assertEquals(source.toString(), run(source).origin().address());
        byte[] image = new byte[3 * MadeSources.SIDE * MadeSources.SIDE];
        DataSetFolder.open(imported).images().read(5, image);
        assertArrayEquals(new PictureDecoder(255).decode(MadeSources.png(23)).levels(), image);
    }

    private static void table(Path file, int label, long modified) throws IOException {
        StringBuilder table = new StringBuilder("file_name,label\n");
        manyFiles().keySet().forEach(name -> table.append(name + "," + label + "\n"));
        Files.writeString(file, table);
        Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
    }

    /** After a cut: the pictures that were done kept their old labels. What changes is older than the other files. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTableThatChangedMeanwhileIsReadAnew(boolean isLinked) throws IOException {
        Path source = MadeSources.folder(temporary.resolve("changing"), manyFiles());
        Path table = source.resolve("metadata.csv");
        if (isLinked) {
            table = Files.createSymbolicLink(table, temporary.resolve("elsewhere.csv"));
        }
        table(isLinked ? temporary.resolve("elsewhere.csv") : table, 1, 1000);
        cutOff(source);
        table(table, 2, 2000);
        assertEquals(Map.of("2", 2100L), counts(run(source), "label"));
    }

    /** After a cut: a file took another's place, and is as old and as large. */
    @Test
    void filesThatChangedTheirPlacesAreReadAnew() throws IOException {
        Map<String, byte[]> files = manyFiles();
        files.put("1/0000.png", MadeSources.png(1));
        Path source = MadeSources.folder(temporary.resolve("changing"), files);
        cutOff(source);
        Files.move(source.resolve("0/0005.png"), source.resolve("1/0005.png"));
        assertEquals(Map.of("0", 2099L, "1", 2L), counts(run(source), Column.CLASS));
    }

    private static byte[] idx(int bytes, int value, int... shape) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * shape.length + bytes).putInt(0x800 | shape.length);
        IntStream.of(shape).forEach(file::putInt);
        Arrays.fill(file.array(), file.position(), file.capacity(), (byte) value);
        return file.array();
    }

    /** After a cut: pictures of the first chunk kept the labels of the old file. */
    @Test
    void labelsThatChangedMeanwhileAreReadAnew() throws IOException {
        Path images = Files.write(temporary.resolve("x-images-idx3-ubyte"), idx(2100 * 4, 9, 2100, 2, 2));
        Path labels = Files.write(temporary.resolve("x-labels-idx1-ubyte"), idx(2100, 1, 2100));
        cutOff(images);
        Files.write(labels, idx(2100, 2, 2100));
        Files.setLastModifiedTime(labels, FileTime.fromMillis(1));
        assertEquals(Map.of("2", 2100L), counts(run(images), Column.CLASS));
    }

    /** An import that ends for a reason of its own when a chunk is done. */
    private void cutOff(Path source) {
        assertThrows(
                IllegalStateException.class,
                () -> run(source, options(null, null, 0.01), (at, total) -> {
                    if (at == 2050) {
                        throw new IllegalStateException("cut off");
                    }
                }));
        assertTrue(Files.exists(temporary.resolve("work/chunk-00000")), "a chunk is done");
    }

    /** Where a good run after a cut begins. */
    private long firstOf(Path source) throws IOException {
        AtomicLong first = new AtomicLong(Long.MAX_VALUE);
        run(source, options(null, null, 0.01), (at, total) -> first.accumulateAndGet(at, Math::min));
        return first.get();
    }

    private void requireKept() {
        assertTrue(Files.exists(temporary.resolve("work/chunk-00000")), "what is done is kept");
    }

    /** A mistyped path threw away hours. */
    @Test
    void whatCannotBeOpenedLeavesWhatIsDoneOfAnother() throws IOException {
        Path source = MadeSources.folder(temporary.resolve("many"), manyFiles());
        cutOff(source);
        assertThrows(SourceException.class, () -> run(temporary.resolve("mny")));
        requireKept();
        ImportOptions mistyped = options(temporary.resolve("labels.csv"), null, 0.01);
        assertThrows(SourceException.class, () -> run(source, mistyped, (at, total) -> {}));
        requireKept();
        assertEquals(2049, firstOf(source));
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its pictures were bad ones, and too many of them; what was done was thrown away. */
    @Test
    void aFolderThatIsAwayForAWhileIsNotAFolderOfBadPictures() throws IOException {
        Path source = MadeSources.folder(temporary.resolve("many"), manyFiles());
        DataSetManifest undisturbed = run(source);
        Path elsewhere = temporary.resolve("elsewhere");
        IOException away = assertThrows(
                IOException.class,
                () -> run(source, options(null, null, 0.01), (at, total) -> {
                    if (at == 2060) {
                        move(source, elsewhere);
                    }
                }));
        assertFalse(away instanceof SourceException, away.toString());
        assertTrue(away.getMessage().startsWith(source + "/0/20"), away.getMessage());
        requireKept();
        move(elsewhere, source);
        AtomicLong first = new AtomicLong(Long.MAX_VALUE);
        assertEquals(
                undisturbed,
                run(source, options(null, null, 0.01), (at, total) -> first.accumulateAndGet(at, Math::min)));
        assertEquals(2049, first.get());
    }

    /** Whoever reads it gets an error of the disk. */
    private static void replaceByUnreadable(Path file) {
        try {
            Files.delete(file);
            Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "no Linux: an archive that the disk does not give was not tried")
    void anArchiveThatTheDiskDoesNotGiveIsNotDamaged() throws IOException {
        Path source = Files.createDirectory(temporary.resolve("tars"));
        MadeSources.tar(source.resolve("a.tar"), plain());
        Path second = MadeSources.tar(source.resolve("b.tar"), plain());
        IOException away = assertThrows(
                IOException.class,
                () -> run(source, options(null, null, 0.01), (at, total) -> {
                    if (at == 1) {
                        replaceByUnreadable(second);
                    }
                }));
        assertFalse(away instanceof SourceException, away.toString());
        assertTrue(away.getMessage().startsWith(second + " cannot be read now: "), away.getMessage());
        assertTrue(Files.exists(temporary.resolve("work")), "what is done is kept");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "no Linux: a name that the system cannot tell was not tried")
    void aNameThatTheSystemCannotTellIsABadPicture() throws Exception {
        Path source = MadeSources.folder(temporary.resolve("latin"), plain());
        int copied = new ProcessBuilder("sh", "-c", "cp 000000.png \"$(printf 'caf\\351.png')\"")
                .directory(source.toFile())
                .start()
                .waitFor();
        assumeTrue(copied == 0, "the file system takes no such name: a name that the system cannot tell was not tried");
        Files.copy(source.resolve("000000.png"), source.resolve("a\\b.png"));
        DataSetManifest manifest = run(source, options(null, null, 0.05), (at, total) -> {});
        assertEquals(MadeSources.COUNT + 1, manifest.images());
        assertEquals(
                "its name has letters that this system cannot tell: rename it",
                manifest.skipped().get(0).reason());
    }

    /** It was said of the source, and what was done was thrown away. */
    @Test
    void whatTheTargetSaysIsNotTheSourcesFault() throws IOException {
        Path source = MadeSources.folder(temporary.resolve("plain"), plain());
        DataSetException ofTheStore = new DataSetException("v1/manifest.json is damaged");
        DataSetImport.Target<Void> target = content -> {
            throw ofTheStore;
        };
        DataSetImport first = new DataSetImport(source, options(null, null, 0.01), (at, total) -> {});
        assertSame(
                ofTheStore, assertThrows(IOException.class, () -> first.run(temporary.resolve("work"), target, NOW)));
        requireKept();
    }

    /** A little more than a chunk. */
    private static Map<String, byte[]> manyFiles() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        byte[] png = MadeSources.png(1);
        for (int i = 0; i < 2100; i++) {
            files.put(String.format("0/%04d.png", i), png);
        }
        return files;
    }

    private static byte[] larger() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
    }

    /** Cut off ten times, at other places each time, by something that is not the source's fault. */
    @ParameterizedTest
    @ValueSource(strings = {"cut.zip", "cut.tar", "cut"})
    void anImportThatIsCutOffGoesOnAndEndsAsOneThatWasNot(String name) throws IOException {
        Map<String, byte[]> files = plain();
        files.put("000007.png", new byte[0]);
        Path place = temporary.resolve(name);
        Path source =
                switch (name) {
                    case "cut.zip" -> MadeSources.zip(place, files);
                    case "cut.tar" -> MadeSources.tar(place, files);
                    default -> MadeSources.folder(place, files);
                };
        ImportOptions options = options(null, null, 0.5);
        DataSetManifest whole = run(source, options, (at, total) -> {});
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 10; i++) {
            long end = random.nextLong(1, MadeSources.COUNT);
            assertThrows(
                    IllegalStateException.class,
                    () -> run(source, options, (at, total) -> {
                        if (at >= end) {
                            throw new IllegalStateException("no space left");
                        }
                    }));
            assertTrue(Files.exists(temporary.resolve("work")), "what is done is kept");
        }
        assertEquals(whole, run(source, options, (at, total) -> {}));
        assertFalse(Files.exists(temporary.resolve("work")));
    }

    private static byte[] plain(int type, int colour) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, type);
        for (int i = 0; i < 64; i++) {
            image.setRGB(i % 8, i / 8, colour);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    /** Those of the other classes lost them, for the first class was grey. */
    @Test
    void coloursAreNotThrownAwayUnasked() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < 70; i++) {
            files.put(String.format("a/%02d.png", i), plain(BufferedImage.TYPE_BYTE_GRAY, 0x808080));
        }
        files.put("b/red.png", plain(BufferedImage.TYPE_INT_RGB, 0xff0000));
        Path source = MadeSources.folder(temporary.resolve("mixed"), files);

        SourceException refused = assertThrows(SourceException.class, () -> run(source));
        assertEquals(
                "b/red.png has colours, the first pictures have none: say which the images are to have (--channels 3, or 1)",
                refused.getMessage());
        for (int channels : List.of(1, 3)) {
            ImportOptions asked =
                    new ImportOptions("made", null, null, channels, Resampling.LANCZOS, 255, 0.01, 2, null);
            DataSetManifest manifest = run(source, asked, (at, total) -> {});
            assertEquals(channels, manifest.channels());
            assertEquals(71, manifest.images());
        }
    }
}
