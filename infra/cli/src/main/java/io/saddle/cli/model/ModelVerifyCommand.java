package io.saddle.cli.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.evaluation.ReferenceCheck;
import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.files.TensorType;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a network of diffusers, or an autoencoder, on recorded inputs and compares its outputs with recorded ones. */
@Command(
        name = "verify",
        description = {
            "Runs a diffusers model on recorded inputs and tells how far its output is from the recorded one: what to do"
                    + " before a run starts from an imported model.",
            "",
            "For a UNet2DModel FILE holds the tensors sample [B, C, H, W], timestep (a number, [1] or [B]) and output"
                    + " [B, C', H, W], and for the loss and the norm of its gradient also target [B, C', H, W]; others are"
                    + " ignored.",
            "",
            "Of an autoencoder it tells, also without FILE, how well a picture comes back from its latents, and what"
                    + " bfloat16 would change. Here FILE holds sample [B, C, H, W] with values -1..1, latents [B, L, h, w]"
                    + " (the mean, less shift_factor, times scaling_factor) and decoded [B, C, H, W], the images of latents."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the largest difference is within the tolerance, or nothing was recorded",
            "1:it is not",
            "2:wrong usage",
            "4:the folder or the file cannot be read, or does not fit"
        },
        footer = {
            "  ./saddle model verify my-model --io recorded.safetensors",
            "  ./saddle model verify my-model --io recorded.safetensors --json",
            "  ./saddle model verify sd-vae-ft-mse",
            "",
            "In Python, the file is made with:",
            "  output = unet(sample, timestep).sample",
            "  recorded = dict(sample=sample, timestep=timestep, output=output)",
            "or, for an AutoencoderKL without a shift_factor, with:",
            "  latents = vae.encode(sample).latent_dist.mean * vae.config.scaling_factor",
            "  decoded = vae.decode(latents / vae.config.scaling_factor).sample",
            "  recorded = dict(sample=sample, latents=latents, decoded=decoded)",
            "  safetensors.torch.save_file(recorded, 'recorded.safetensors')"
        })
final class ModelVerifyCommand extends PrintingCommand {

    @Parameters(
            paramLabel = "FOLDER",
            description = "A UNet2DModel (config.json, diffusion_pytorch_model.safetensors) or a pipeline with one"
                    + " (model_index.json, unet/); an AutoencoderKL or AutoencoderTiny; or a pair of TorchScript files"
                    + " (encoder.pt and decoder.pt with a JSON beside each), by their folder or the encoder's file.")
    private Path folder;

    @Option(
            names = "--io",
            paramLabel = "FILE",
            description = "The recorded tensors, as safetensors; an autoencoder needs none.")
    private Path io;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            defaultValue = "1e-4",
            description = "Largest absolute difference that is allowed (default: ${DEFAULT-VALUE}).")
    private double tolerance;

    @Option(names = "--json", description = "Write the result as JSON.")
    private boolean json;

    @Override
    protected int run(PrintWriter out) {
        if (!(tolerance >= 0)) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--tolerance must be >= 0, was " + tolerance);
        }
        if (io != null && !Files.isRegularFile(io)) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--io " + io + ": there is no such file");
        }
        try {
            if (AutoencoderFiles.areAt(folder)) {
                return autoencoder(out);
            }
            DiffusersFolder model = DiffusersFolder.open(folder);
            if (io == null) {
                throw wrongUsage("A UNet2DModel is verified with recorded tensors: name their file with --io");
            }
            return network(model, out);
        } catch (IOException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
    }

    private int autoencoder(PrintWriter out) throws IOException {
        AutoencoderVerification verification = AutoencoderVerification.run(folder, io, tolerance);
        if (json) {
            out.println(verification.json());
        } else {
            verification.text(out);
        }
        return verification.within() ? ExitCode.OK : ExitCode.FAILED;
    }

    private int network(DiffusersFolder model, PrintWriter out) throws IOException {
        TensorFile recorded = TensorFile.read(io);
        Set<TensorType> types = model.weightTypes();
        HostVector weights = model.weights();
        int parameters = Math.toIntExact(weights.size());
        ReferenceCheck check = check(model, weights, recorded);
        boolean within = check.output().difference() <= tolerance;
        if (json) {
            out.println(json(check, types, parameters, within).toPrettyString());
        } else {
            text(out, check, types, parameters, within);
        }
        return within ? ExitCode.OK : ExitCode.FAILED;
    }

    private ReferenceCheck check(DiffusersFolder model, HostVector weights, TensorFile recorded) {
        try (weights;
                UNet2D network = UNet2D.compile(model.network())) {
            return ReferenceCheck.run(network, weights, recorded);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, io + ": " + e.getMessage());
        }
    }

    private void text(PrintWriter out, ReferenceCheck check, Set<TensorType> types, int parameters, boolean within) {
        boolean widened = !types.equals(Set.of(TensorType.F32));
        out.println(model(types, parameters) + (widened ? ", converted to F32" : ""));
        out.println(VerifyText.difference("output", check.output()));
        if (check.target() != null) {
            out.println("loss                         " + check.target().loss());
            out.println("norm of its gradient         " + check.target().gradientNorm());
        }
        out.println(
                String.format(Locale.ROOT, "%s the tolerance of %.1e", within ? "within" : "NOT within", tolerance));
    }

    private static String model(Set<TensorType> types, int parameters) {
        return "UNet2DModel, " + parameters + " weights, "
                + String.join(" and ", types.stream().map(TensorType::name).toList());
    }

    private ObjectNode json(ReferenceCheck check, Set<TensorType> types, int parameters, boolean within) {
        ObjectNode result = new ObjectMapper().createObjectNode();
        result.put("folder", folder.toString());
        result.put("io", io.toString());
        result.put("weights", parameters);
        ArrayNode typeNames = result.putArray("weightTypes");
        types.forEach(type -> typeNames.add(type.name()));
        result.put("rows", check.rows());
        VerifyText.put(result, check.output());
        result.put("tolerance", tolerance);
        result.put("withinTolerance", within);
        if (check.target() != null) {
            result.put("loss", VerifyText.finite(check.target().loss()));
            result.put("gradientNorm", VerifyText.finite(check.target().gradientNorm()));
        }
        return result;
    }
}
