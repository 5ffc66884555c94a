package io.saddle.cli.model;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.autoencoder.StoredAutoencoder;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies a run's newest or best model out of the artifact store, here or through a console elsewhere. */
@Command(
        name = "export",
        description =
                "Writes a run's newest or best EMA snapshot as a folder that diffusers' DDPMPipeline.from_pretrained opens; of"
                        + " latents one with network, schedule and autoencoder (docs/python.md).",
        footer = {
            "  ./saddle export my-run --out my-model",
            "  ./saddle export my-run --best --out my-model",
            "  ./saddle export my-run --out my-model --console https://saddle.example.org"
        })
public final class ExportCommand extends PrintingCommand {

    @Parameters(paramLabel = "RUN", description = "The run.")
    private String runId;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "A folder that does not exist yet.")
    private Path target;

    @Option(
            names = "--autoencoder",
            paramLabel = "PATH",
            description = "What decodes the latents of a model that makes latents (default: what they were made with).")
    private Path autoencoder;

    @Mixin
    private ModelChoice model;

    @Override
    protected int run(PrintWriter out) throws Exception {
        NewFolder.requireNew(target);
        try (ModelChoice.Chosen chosen = model.read(runId, autoencoder);
                NewFolder folder = NewFolder.at("--out", target)) {
            Path decoding = chosen.decoding(autoencoder);
            if (decoding == null) {
                chosen.model().write(folder.partial());
            } else {
                StoredAutoencoder stored = AutoencoderFiles.open(decoding);
                chosen.model().write(folder.partial(), stored.files(), stored.kind());
            }
            folder.finish();
            out.println(target + ": " + chosen.name() + " of " + runId);
        }
        return ExitCode.OK;
    }
}
