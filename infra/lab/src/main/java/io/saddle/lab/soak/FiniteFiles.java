package io.saddle.lab.soak;

import io.saddle.diffusion.files.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks for values that are not finite in the files of a folder. */
final class FiniteFiles {

    private FiniteFiles() {}

    /** The tensors of all safetensors files below a folder that hold NaN or an infinity. */
    static List<String> notFinite(Path folder) throws IOException {
        List<String> bad = new ArrayList<>();
        for (Path file : Damage.lastFirst(folder, ".safetensors")) {
            TensorFile tensors = TensorFile.read(file);
            for (String name : tensors.tensors().keySet()) {
                for (float value : tensors.get(name).toFloats()) {
                    if (!Float.isFinite(value)) {
                        bad.add(folder.relativize(file) + "#" + name);
                        break;
                    }
                }
            }
        }
        return bad;
    }
}
