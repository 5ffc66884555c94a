package io.saddle.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a prepared data set holds and how it came to be: {@value #FILE} in its folder.
 *
 * @param format version of the format
 * @param name of the data set
 * @param images their number
 * @param channels of an image; with height and width the shape of each, in this order
 * @param element what images are made of; where a manifest does not say it, levels
 * @param latents null for a data set of pixels
 * @param columns what is known of every image
 * @param parts the files of the images, in order
 * @param sha256 of all images' bytes one after the other, however they are cut into parts
 * @param origin where the images come from and how they were made to fit
 * @param skipped what could not be read
 * @param notes what whoever uses the data should know, for a person
 */
public record DataSetManifest(
        int format,
        String name,
        long images,
        int channels,
        int height,
        int width,
        Element element,
        Latents latents,
        List<Column> columns,
        List<Part> parts,
        String sha256,
        Origin origin,
        List<Skipped> skipped,
        List<String> notes,
        Instant importedAt) {

    /** The manifest's file. */
    public static final String FILE = "manifest.json";

    /** A picture of some of the images, beside the manifest; data sets of earlier releases have none. */
    public static final String PREVIEW = "preview.png";

    /** The newest version of the format: latents with distributions. Others are of the version that earlier releases read, too. */
    public static final int FORMAT = 3;

    private static final int PIXELS_FORMAT = 1;
    private static final int LATENTS_FORMAT = 2;

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new ParameterNamesModule())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A later release of the same format may say more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /**
     * A file of images: elements, [images, channels, height, width].
     *
     * @param images their number
     */
    public record Part(String file, long images, String sha256) {}

    /**
     * Where images come from.
     *
     * @param address absolute path of the file or folder
     * @param layout of the source, for a person
     * @param fit how pictures were brought to one size, for a person
     */
    public record Origin(String address, String layout, String fit) {}

    /** A picture that is left out. */
    public record Skipped(String file, String reason) {}

    public DataSetManifest {
        element = element == null ? Element.UINT8 : element;
        columns = List.copyOf(columns);
        parts = List.copyOf(parts);
        skipped = List.copyOf(skipped);
        notes = List.copyOf(notes);
    }

    /** The version of the format that says all of such a data set. */
    static int format(Element element, boolean drawn) {
        if (drawn) {
            return FORMAT;
        }
        return element == Element.UINT8 ? PIXELS_FORMAT : LATENTS_FORMAT;
    }

    /** True if the images are pictures, not latents. */
    @JsonIgnore
    public boolean isOfPixels() {
        return latents == null && element == Element.UINT8;
    }

    /** Bytes of one image. */
    public long imageBytes() {
        return imageBytes(channels, height, width, element, latents != null && latents.drawn());
    }

    /** Bytes of one image; with its standard deviations, if it is a distribution. */
    static long imageBytes(int channels, int height, int width, Element element, boolean drawn) {
        return (long) channels * height * width * element.bytes() * (drawn ? 2 : 1);
    }

    /** The column of that name. */
    public Optional<Column> column(String wanted) {
        return columns.stream().filter(column -> column.name().equals(wanted)).findFirst();
    }

    /** The column whose values are the classes unless a run names another: {@code class}, or {@code label}; empty where there is none. */
    public Optional<Column> classColumn() {
        return Stream.of(Column.CLASS, Column.LABEL)
                .flatMap(name -> column(name).stream())
                .filter(column -> column.kind() != Column.Kind.MEASURES)
                .findFirst();
    }

    /**
     * Reads the manifest of a data set's folder.
     *
     * @throws DataSetException if there is none, it is damaged, or of a later release
     */
    public static DataSetManifest read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        DataSetManifest manifest;
        try {
            manifest = JSON.readValue(Files.readAllBytes(file), DataSetManifest.class);
        } catch (NoSuchFileException e) {
            throw new DataSetException(folder + " is no data set: it has no " + FILE);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new DataSetException(file + " is damaged: " + e.getMessage(), e);
        }
        if (manifest == null || manifest.format() < 1 || manifest.format() > FORMAT) {
            throw new DataSetException(file + ": format " + (manifest == null ? "missing" : manifest.format())
                    + ", this release reads 1 to " + FORMAT);
        }
        return manifest;
    }

    /** The bytes of {@value #FILE}. */
    byte[] toJson() throws IOException {
        return JSON.writeValueAsBytes(this);
    }
}
