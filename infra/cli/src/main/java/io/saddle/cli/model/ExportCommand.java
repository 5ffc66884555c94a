package io.saddle.cli.model;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies a run's newest or best model out of the artifact store. */
@Command(
        name = "export",
        description =
                "Writes a run's newest or best EMA snapshot as a folder that diffusers' DDPMPipeline.from_pretrained opens.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle export my-run --out my-model", "  ./saddle export my-run --best --out my-model"})
public final class ExportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RUN", description = "The run.")
    private String runId;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "A folder that does not exist yet.")
    private Path out;

    @Mixin
    private ModelChoice model;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        if (Files.exists(out)) {
            throw new CommandException(ExitCode.INVALID_INPUT, out + " exists already; name a new folder");
        }
        Path folder = model.folder(runId);
        DiffusersPipelineFolder.read(folder).write(out);
        command.commandLine().getOut().println(out + ": " + folder.getFileName() + " of " + runId);
        return ExitCode.OK;
    }
}
