package io.saddle.cli.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
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
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a diffusers model on recorded inputs and compares its outputs with recorded ones. */
@Command(
        name = "verify",
        description = {
            "Runs a diffusers model on recorded inputs and tells how far its output is from the recorded one: what to do"
                    + " before a run starts from an imported model.",
            "",
            "FILE holds the tensors sample [B, C, H, W], timestep (a number, [1] or [B]) and output [B, C', H, W], and for"
                    + " the loss and the norm of its gradient also target [B, C', H, W]; others are ignored."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the largest difference is within the tolerance",
            "1:it is not",
            "2:wrong usage",
            "4:the folder or the file cannot be read, or does not fit"
        },
        footer = {
            "  ./saddle model verify my-model --io recorded.safetensors",
            "  ./saddle model verify my-model --io recorded.safetensors --json",
            "",
            "In Python, the file is made with:",
            "  output = unet(sample, timestep).sample",
            "  recorded = dict(sample=sample, timestep=timestep, output=output)",
            "  safetensors.torch.save_file(recorded, 'recorded.safetensors')"
        })
final class ModelVerifyCommand extends PrintingCommand {

    @Parameters(
            paramLabel = "FOLDER",
            description = "A UNet2DModel (config.json, diffusion_pytorch_model.safetensors) or a pipeline with one"
                    + " (model_index.json, unet/).")
    private Path folder;

    @Option(names = "--io", required = true, paramLabel = "FILE", description = "The recorded tensors, as safetensors.")
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
        if (!Files.isRegularFile(io)) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--io " + io + ": there is no such file");
        }
        Set<TensorType> types;
        DiffusersFolder model;
        HostVector weights;
        TensorFile recorded;
        try {
            model = DiffusersFolder.open(folder);
            recorded = TensorFile.read(io);
            types = model.weightTypes();
            weights = model.weights();
        } catch (IOException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
        int parameters = Math.toIntExact(weights.size());
        ReferenceCheck check = check(model, weights, recorded);
        boolean within = check.difference() <= tolerance;
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
        out.println(String.format(
                Locale.ROOT,
                "largest absolute difference  %.3e  at %s of output: %s there, %s computed",
                check.difference(),
                Arrays.toString(check.index()),
                check.expected(),
                check.computed()));
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
        // JSON has no NaN and no infinity.
        result.put("largestDifference", finite(check.difference()));
        ArrayNode index = result.putArray("index");
        Arrays.stream(check.index()).forEach(index::add);
        result.put("expected", finite(check.expected()));
        result.put("computed", finite(check.computed()));
        result.put("tolerance", tolerance);
        result.put("withinTolerance", within);
        if (check.target() != null) {
            result.put("loss", finite(check.target().loss()));
            result.put("gradientNorm", finite(check.target().gradientNorm()));
        }
        return result;
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }
}
