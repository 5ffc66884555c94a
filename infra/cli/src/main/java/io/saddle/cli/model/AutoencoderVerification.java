package io.saddle.cli.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderDescription;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.autoencoder.StoredAutoencoder;
import io.saddle.diffusion.evaluation.AutoencoderCheck;
import io.saddle.diffusion.evaluation.LargestDifference;
import io.saddle.diffusion.evaluation.PrecisionLoss;
import io.saddle.diffusion.evaluation.Reconstruction;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.files.TensorType;
import io.saddle.diffusion.network.Precision;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What {@code model verify} tells of an autoencoder.
 *
 * @param path where it lies
 * @param weightTypes element types of the weights' tensors; empty for TorchScript files
 * @param picture its reconstruction of a picture of our own
 * @param half what bfloat16 costs it there; null for TorchScript files, which have a format of their own
 * @param check null without recorded tensors
 * @param tolerance largest absolute difference from these that is allowed
 */
record AutoencoderVerification(
        Path path,
        AutoencoderDescription description,
        Set<TensorType> weightTypes,
        Reconstruction picture,
        PrecisionLoss half,
        AutoencoderCheck check,
        double tolerance) {

    /**
     * Runs it.
     *
     * @param io file of the recorded tensors; null without
     * @throws IOException naming the file that cannot be read, or the tensor that does not fit
     */
    static AutoencoderVerification run(Path path, Path io, double tolerance) throws IOException {
        TensorFile recorded = io == null ? null : TensorFile.read(io);
        StoredAutoencoder stored = AutoencoderFiles.open(path);
        try (Autoencoder autoencoder = stored.load(Precision.FP32)) {
            return new AutoencoderVerification(
                    path,
                    autoencoder.description(),
                    stored.weightTypes(),
                    Reconstruction.ofTestPicture(autoencoder),
                    half(stored, autoencoder),
                    recorded == null ? null : check(autoencoder, io, recorded),
                    tolerance);
        }
    }

    private static PrecisionLoss half(StoredAutoencoder stored, Autoencoder full) throws IOException {
        if (stored.isProgram()) {
            return null;
        }
        try (Autoencoder half = stored.load(Precision.BF16)) {
            return PrecisionLoss.of(full, half);
        }
    }

    private static AutoencoderCheck check(Autoencoder autoencoder, Path io, TensorFile recorded) throws IOException {
        try {
            return AutoencoderCheck.run(autoencoder, recorded);
        } catch (IllegalArgumentException e) {
            throw new IOException(io + ": " + e.getMessage(), e);
        }
    }

    /** True if no recorded tensor says otherwise, and the picture has come back at all. */
    boolean within() {
        return Double.isFinite(picture.meanSquaredError())
                && (check == null
                        || check.latents().difference() <= tolerance
                                && check.images().difference() <= tolerance);
    }

    void text(PrintWriter out) {
        int reduction = description.reduction();
        out.printf(
                Locale.ROOT,
                "%s, %s weights%s: images %d x H x W, latents %d x H/%d x W/%d, scaled (z - %s) * %s%n",
                description.kind(),
                description.parameters() == null ? "an unknown number of" : description.parameters(),
                weightTypes.isEmpty() ? "" : ", " + String.join(" and ", typeNames()),
                description.imageChannels(),
                description.latentChannels(),
                reduction,
                reduction,
                description.scaling().shift(),
                description.scaling().factor());
        line(out, "a picture of our own", picture);
        if (half != null) {
            out.printf(
                    Locale.ROOT,
                    "in bfloat16                  latents %.2f %%, images %.2f %% off (root mean square)%n",
                    100 * half.latents(),
                    100 * half.images());
        }
        if (check != null) {
            line(out, "the recorded sample", check.reconstruction());
            line(out, "latents", check.latents());
            line(out, "decoded", check.images());
            out.printf(Locale.ROOT, "%s the tolerance of %.1e%n", within() ? "within" : "NOT within", tolerance);
        }
    }

    private List<String> typeNames() {
        return weightTypes.stream().map(TensorType::name).toList();
    }

    private static void line(PrintWriter out, String of, Reconstruction reconstruction) {
        out.printf(
                Locale.ROOT,
                "%-27s  reconstructed with %.2f dB (mean squared error %.3e of 0..1); its latents: mean %.3f, standard"
                        + " deviation %.3f%n",
                of,
                reconstruction.psnr(),
                reconstruction.meanSquaredError(),
                reconstruction.latentMean(),
                reconstruction.latentStd());
    }

    private static void line(PrintWriter out, String tensor, LargestDifference largest) {
        out.println(VerifyText.difference(tensor, largest));
    }

    String json() {
        ObjectNode result = new ObjectMapper().createObjectNode();
        result.put("folder", path.toString());
        result.put("kind", description.kind());
        result.put("weights", description.parameters());
        ArrayNode types = result.putArray("weightTypes");
        typeNames().forEach(types::add);
        result.put("imageChannels", description.imageChannels());
        result.put("latentChannels", description.latentChannels());
        result.put("reduction", description.reduction());
        result.put("scalingFactor", description.scaling().factor());
        result.put("shiftFactor", description.scaling().shift());
        put(result.putObject("picture"), picture);
        if (half != null) {
            result.putObject("bfloat16")
                    .put("latents", VerifyText.finite(half.latents()))
                    .put("images", VerifyText.finite(half.images()));
        }
        if (check != null) {
            result.put("rows", check.rows());
            put(result.putObject("sample"), check.reconstruction());
            VerifyText.put(result.putObject("latents"), check.latents());
            VerifyText.put(result.putObject("decoded"), check.images());
            result.put("tolerance", tolerance);
        }
        result.put("withinTolerance", within());
        return result.toPrettyString();
    }

    private static void put(ObjectNode json, Reconstruction reconstruction) {
        json.put("psnr", VerifyText.finite(reconstruction.psnr()));
        json.put("meanSquaredError", VerifyText.finite(reconstruction.meanSquaredError()));
        json.put("latentMean", VerifyText.finite(reconstruction.latentMean()));
        json.put("latentStd", VerifyText.finite(reconstruction.latentStd()));
    }
}
