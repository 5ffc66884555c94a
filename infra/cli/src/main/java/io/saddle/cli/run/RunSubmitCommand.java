package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.data.DataSetsByPath;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.TextInput;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.YamlTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands a run's specification to the console. */
@Command(
        name = "submit",
        description =
                "Submits a run. Whatever is wrong with its specification is reported line by line and nothing starts. A data"
                        + " set that it names by a path (data.dataset: photographs/) is imported when it is first used.",
        footer = {
            "  ./saddle run submit my-run.yaml",
            "  ./saddle run submit my-run.yaml --name my-run-2",
            "  generate | ./saddle run submit -"
        })
final class RunSubmitCommand extends ConsoleCommand {

    @Parameters(
            paramLabel = "FILE.yaml",
            description = "The run's specification; - is standard input, whose relative paths mean this folder.")
    private TextInput file;

    @Option(names = "--name", description = "Name of the run instead of the one in the file.")
    private String name;

    @Option(
            names = "--initial-model",
            paramLabel = "MODEL",
            description =
                    "Start from this model instead of the one in the file: a diffusers folder, as './saddle export'"
                            + " writes it, which the console and the trainer read too; or another run's, run:NAME@best.")
    private String initialModel;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) throws Exception {
        Path folder = file.folder();
        JsonNode run = reason.with(console).submit(specification(console, folder), folder);
        String id = run.path("runId").asText();
        out.println(id);
        run.path("missing").forEach(message -> err().println("warning: " + message.asText()));
        err().println("submitted; follow it with './saddle run watch " + id + "'");
        return ExitCode.OK;
    }

    /** As it is written, where nothing is to be put into it, or something is wrong with it: the console says what. */
    private String specification(ConsoleClient console, Path folder) throws IOException, InterruptedException {
        String text = file.text();
        List<Problem> problems = new ArrayList<>();
        JsonNode read = YamlTree.read(text, problems);
        if (!problems.isEmpty()) {
            return text;
        }
        if (!(read instanceof ObjectNode specification)) {
            if (name != null || initialModel != null) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT, file + " is not a YAML mapping: nothing can be put into it");
            }
            return text;
        }
        boolean changed = new DataSetsByPath(options(), console, err()).replace(specification, folder);
        if (name != null) {
            specification.put("name", name);
            changed = true;
        }
        if (initialModel != null) {
            specification.put(
                    "initialModel",
                    initialModel.startsWith(ModelFolders.RUN)
                            ? initialModel
                            : Path.of(initialModel).toAbsolutePath().normalize().toString());
            changed = true;
        }
        return changed ? new YAMLMapper().writeValueAsString(specification) : text;
    }
}
