package io.saddle.cli.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.DurableFiles;
import io.saddle.diffusion.evaluation.LinearHead;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The three files of a classifier on a network's features: the program's, the layer's and the description's.
 *
 * @param program where the first of them goes, with the ending {@value #ENDING}
 */
record ClassifierFiles(Path program) {

    static final String ENDING = ".pt";

    private Path layer() {
        String name = program.getFileName().toString();
        return program.resolveSibling(name.substring(0, name.length() - ENDING.length()) + ".safetensors");
    }

    private Path description() {
        return TorchScriptFile.json(program);
    }

    /** One that is there. */
    Optional<Path> findAny() {
        return Stream.of(program, layer(), description()).filter(Files::exists).findFirst();
    }

    /**
     * Writes them, the program last: without it there is no judge.
     *
     * @param description to which the files' names and SHA-256 are added
     * @return the description as it is written
     */
    ObjectNode write(TorchScriptFile network, LinearHead head, ObjectNode description) throws IOException {
        Files.createDirectories(program.toAbsolutePath().getParent());
        head.write(layer());
        description.put("file", program.getFileName().toString());
        description
                .putObject("head")
                .put("file", layer().getFileName().toString())
                .put("sha256", Sha256.of(layer()));
        DurableFiles.replace(description(), (description.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        DurableFiles.replace(program, Files.readAllBytes(network.file()));
        return description;
    }
}
