package io.saddle.cli.fid;

import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.diffusion.evaluation.SampleDistances;
import io.saddle.diffusion.evaluation.StatisticsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two sets of images or features. */
@Command(
        name = "fid",
        description = {
            "The Frechet distance (FID) between two sets of images, in float64. Each of A and B is one of",
            "",
            "  FILE.npz                   mean and covariance (mu, sigma) as pytorch-fid and clean-fid write them",
            "  FILE.safetensors#TENSOR    features, N x D",
            "  FOLDER                     PNG files, also in folders below it",
            "",
            "Features of a folder are those of Inception-v3 if --inception names its TorchScript file (images of any size are"
                    + " resized as clean-fid does), else those of a small classifier of the bundled digits, for grey images of"
                    + " 28x28. FID depends on the number N of images and on the features: compare values only where both"
                    + " are the same. It is called FID where both are of Inception-v3.",
            "",
            "--features names the features of another network: a TorchScript file with a JSON beside it that has its sha256"
                    + " (docs/judges.md).",
            "",
            "Of features and folders, not of statistics, also: KID (unbiased, with its standard error), precision, recall, density and"
                    + " coverage, which small N need, and the floor: the distance between two halves of B. They take"
                    + " 10,000 images of a side at most, in a random order that is always the same."
        },
        footer = {
            "  ./saddle fid samples/ reference.npz --inception inception-2015-12-05.pt",
            "  ./saddle fid features.safetensors#samples features.safetensors#data --json",
            "  ./saddle fid samples/ images/ --features mobilenet.pt --infinity",
            "  ./saddle fid images/ --save reference.npz        only write the statistics of a folder"
        })
public final class FidCommand extends PrintingCommand {

    /** Of the subsets of --infinity: the same ones every time. */
    private static final long SEED = 0;

    @Parameters(index = "0", paramLabel = "A", description = "What is judged.")
    private String a;

    @Parameters(index = "1", paramLabel = "B", arity = "0..1", description = "What it is compared with.")
    private String b;

    @Option(
            names = "--inception",
            paramLabel = "FILE",
            defaultValue = "${env:SADDLE_FID_INCEPTION_PATH}",
            description = "inception-2015-12-05.pt, the TorchScript file that clean-fid and StyleGAN use (default:"
                    + " $SADDLE_FID_INCEPTION_PATH).")
    private Path inception;

    @Option(
            names = "--sha256",
            paramLabel = "HEX",
            defaultValue = "${env:SADDLE_FID_INCEPTION_SHA256}",
            description =
                    "What that file's SHA-256 must be (default: $SADDLE_FID_INCEPTION_SHA256; not checked without).")
    private String sha256;

    @Option(
            names = "--features",
            paramLabel = "FILE.pt",
            description = "A TorchScript file whose features are compared, with FILE.json beside it: docs/judges.md.")
    private Path features;

    @Option(
            names = "--infinity",
            description =
                    "Also the Frechet distance that infinitely many images of A would have (FID-infinity): a line in 1/N"
                            + " through the distances of 15 subsets of its first 10,000 images.")
    private boolean infinity;

    @Option(
            names = "--save",
            paramLabel = "FILE.npz",
            description = "Writes the statistics of A there, with N and the name of the network.")
    private Path save;

    @Option(names = "--json", description = "Write the result as JSON.")
    private boolean json;

    @Mixin
    private StackOptions stack;

    @Override
    protected int run(PrintWriter out) throws Exception {
        if (b == null && save == null) {
            throw new CommandException(ExitCode.USAGE, "B is missing; without it there is only --save to do");
        }
        if (sha256 != null && !sha256.strip().matches("[0-9a-fA-F]{64}")) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, "--sha256 must be 64 hexadecimal digits, was '" + sha256 + "'");
        }
        try (FidExtractor extractor = new FidExtractor(features, inception, sha256, stack::settings, err())) {
            FidSource first = FidSource.load(a, extractor);
            FidSource second = b == null ? null : FidSource.load(b, extractor);
            if (second != null) {
                FidReport report = new FidReport(first, second, distances(first, second));
                out.print(json ? report.json() : report.text());
            }
            if (save != null) {
                StatisticsFile.write(save, first.gaussian(), first.nameInFile());
                (json ? err() : out).println(save + ": the statistics of " + a + ", " + first.size());
            }
        } catch (IOException e) {
            throw CommandException.of(e, e.getMessage());
        }
        return ExitCode.OK;
    }

    private SampleDistances distances(FidSource first, FidSource second) {
        int left = first.gaussian().dimensions();
        int right = second.gaussian().dimensions();
        if (left != right) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "the features have different dimensions: " + left + " in " + first.source() + " ("
                            + first.features()
                            + "), " + right + " in " + second.source() + " (" + second.features()
                            + "); both must come from the same network");
        }
        if (infinity && first.collected() == null) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--infinity needs images or features, " + first.source() + " has statistics alone");
        }
        try {
            return first.collected() == null
                    ? SampleDistances.of(first.gaussian(), second.gaussian())
                    : SampleDistances.of(first.collected(), second.reference(), infinity, List.of(), SEED);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, first.source() + " or " + second.source() + ": " + e.getMessage());
        }
    }
}
