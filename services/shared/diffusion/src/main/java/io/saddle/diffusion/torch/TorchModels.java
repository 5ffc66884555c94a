package io.saddle.diffusion.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/** Models of DJL that are read from a stream. */
final class TorchModels {

    private TorchModels() {}

    /**
     * The model of a TorchScript archive.
     *
     * @param options DJL's
     * @throws MalformedModelException if libtorch does not accept it
     */
    static Model load(String name, InputStream archive, Map<String, ?> options)
            throws IOException, MalformedModelException {
        Model model = Model.newInstance(name, "PyTorch");
        boolean loaded = false;
        try {
            model.load(archive, options);
            loaded = true;
            return model;
        } finally {
            // DJL makes a temporary folder that it never uses, and that a process which is killed leaves behind.
            Path unused = model.getModelPath();
            if (unused != null) {
                unused.toFile().delete();
            }
            if (!loaded) {
                model.close();
            }
        }
    }
}
