package io.saddle.diffusion.torchscript;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.files.JsonFile;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.torch.TorchModule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TorchScript file NAME.pt with its description NAME.json beside it: {@code sha256}, {@code input.shape} (beginning with
 * {@code N x C x}), {@code input.layout} (NCHW, float32; may be missing) and what a reader asks for. All else in it is for people.
 * A classifier's {@code head} ({@code file}, {@code sha256}) names a linear layer behind the program, a file beside it.
 *
 * @param file the program
 * @param description the JSON's content
 * @param channels C
 */
public record TorchScriptFile(Path file, JsonNode description, int channels) {
    private static final String ENDING = ".pt";
    private static final String HEAD = "head";
    /** Of a description. */
    private static final int MOST_BYTES = 1 << 20;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern SHAPE = Pattern.compile("N x (\\d{1,6}) x .*");

    /**
     * Reads the description; the program is not run.
     *
     * @throws IOException naming the file, and what is missing or wrong
     */
    public static TorchScriptFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file + ": there is no such file");
        }
        if (Files.exists(json(file)) && Files.size(json(file)) > MOST_BYTES) {
            throw new IOException(json(file) + ": a description is at most " + MOST_BYTES + " bytes, this is none");
        }
        JsonNode description = JsonFile.read(json(file), Function.identity());
        requireSha256(file, description, "sha256");
        if (description.has(HEAD)) {
            requireSha256(file, description.path(HEAD), HEAD + ".sha256");
            requireHead(file, description.path(HEAD).path("file").asText());
        }
        String name = description.path("file").asText(file.getFileName().toString());
        if (!name.equals(file.getFileName().toString())) {
            throw new IOException(json(file) + ": file: describes " + name + ", not " + file.getFileName());
        }
        JsonNode input = description.path("input");
        String layout = input.path("layout").asText("NCHW, float32");
        if (!layout.contains("NCHW") || !layout.contains("float32")) {
            throw new IOException(json(file) + ": input.layout: only NCHW of float32 is supported, was " + layout);
        }
        Matcher shape = SHAPE.matcher(input.path("shape").asText());
        if (!shape.matches()) {
            throw new IOException(json(file) + ": input.shape: must begin with the number of channels, as in N x 3 x"
                    + " H x W, was " + input.path("shape"));
        }
        return new TorchScriptFile(file, description, Integer.parseInt(shape.group(1)));
    }

    private static void requireHead(Path file, String head) throws IOException {
        if (head.isEmpty() || !Path.of(head).equals(Path.of(head).getFileName())) {
            throw new IOException(
                    json(file) + ": head.file: must be the name of a file in the same folder, was '" + head + "'");
        }
    }

    /**
     * What tells this network apart from all others: the SHA-256 that the program must have; of one with a linear layer, that of both. 64
     * hexadecimal digits in lower case.
     */
    public String sha256() {
        String program = sha256(description);
        return head().isEmpty()
                ? program
                : Sha256.of((program + " " + sha256(description.path(HEAD))).getBytes(StandardCharsets.US_ASCII));
    }

    private static String sha256(JsonNode described) {
        return described.path("sha256").asText().toLowerCase(Locale.ROOT);
    }

    /** The file of the linear layer behind the program; empty where there is none. */
    public Optional<Path> head() {
        return description.has(HEAD)
                ? Optional.of(
                        file.resolveSibling(description.path(HEAD).path("file").asText()))
                : Optional.empty();
    }

    /** As much of it as names show. */
    public String shownSha256() {
        return Sha256.shown(sha256());
    }

    /**
     * Reads the whole program, and the layer behind it, and compares.
     *
     * @throws IOException naming the file, if one is missing or has another sha256
     */
    public void requireItsSha256() throws IOException {
        Sha256.require(file, sha256(description));
        Optional<Path> head = head();
        if (head.isPresent()) {
            if (!Files.isRegularFile(head.get())) {
                throw new NoSuchFileException(
                        head.get() + ": there is no such file, which " + json(file) + " names as head");
            }
            Sha256.require(head.get(), sha256(description.path(HEAD)));
        }
    }

    /** The file's name without its ending. */
    public String name() {
        return plain(file);
    }

    /**
     * Loads the program, if it is the one that the description is about.
     *
     * @throws IOException if the file has another sha256, or libtorch does not accept it
     */
    public TorchModule load() throws IOException {
        requireItsSha256();
        try (InputStream in = Files.newInputStream(file)) {
            return new TorchModule(in);
        } catch (IOException e) {
            throw new IOException(file + ": libtorch cannot load it: " + TorchModule.reason(e), e);
        }
    }

    /**
     * Tries the program on images of its own choice.
     *
     * @param program this file's
     * @return belongs to {@code scope}, float32
     * @throws IOException naming the file, if it fails or gives something else
     */
    public NDArray tried(TorchModule program, NDManager scope, NDArray x) throws IOException {
        try {
            NDArray result = program.forward(scope, x);
            if (result.getDataType() != DataType.FLOAT32) {
                throw new IOException(file + ": gives " + result.getDataType() + ", not float32");
            }
            return result;
        } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException(file + ": forward of " + x.getShape() + " fails: " + TorchModule.reason(e), e);
        }
    }

    /**
     * A setting of the description.
     *
     * @throws IOException naming it, if {@code reader} refuses it with an IllegalArgumentException
     */
    public <T> T setting(String name, JsonNode value, Function<JsonNode, T> reader) throws IOException {
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException e) {
            throw new IOException(json(file) + ": " + name + ": " + e.getMessage(), e);
        }
    }

    private static void requireSha256(Path file, JsonNode described, String key) throws IOException {
        String sha256 = described.path("sha256").asText();
        if (!SHA256.matcher(sha256).matches()) {
            throw new IOException(json(file) + ": " + key + ": must be the 64 hexadecimal digits of "
                    + described.path("file").asText(file.getFileName().toString()) + ", was "
                    + (sha256.isEmpty() ? "missing" : sha256)
                    + "; a TorchScript file is a program and is not run without it");
        }
    }

    /** Where the description of a program lies. */
    public static Path json(Path file) {
        return file.resolveSibling(plain(file) + ".json");
    }

    private static String plain(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }
}
