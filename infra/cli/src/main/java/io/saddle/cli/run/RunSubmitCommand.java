package io.saddle.cli.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands a run's specification to the console. */
@Command(
        name = "submit",
        description =
                "Submits a run. Whatever is wrong with its specification is reported line by line and nothing starts.",
        footer = {"  ./saddle run submit my-run.yaml", "  ./saddle run submit my-run.yaml --name my-run-2"})
final class RunSubmitCommand extends ConsoleCommand {

    @Parameters(paramLabel = "FILE.yaml", description = "The run's specification.")
    private Path file;

    @Option(names = "--name", description = "Name of the run instead of the one in the file.")
    private String name;

    @Option(
            names = "--initial-model",
            paramLabel = "FOLDER",
            description =
                    "Start from this model instead of the one in the file: a diffusers folder, as './saddle export'"
                            + " writes it; the console and the trainer read it too.")
    private Path initialModel;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        String id = console.submit(specification(), file.toAbsolutePath().getParent())
                .path("runId")
                .asText();
        out.println(id);
        err().println("submitted; follow it with './saddle run watch " + id + "'");
        return ExitCode.OK;
    }

    private String specification() {
        try {
            return name == null && initialModel == null ? Files.readString(file) : changed();
        } catch (IOException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, file + " cannot be read: " + e);
        }
    }

    private String changed() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        if (!(yaml.readTree(Files.readString(file)) instanceof ObjectNode specification)) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, file + " is not a YAML mapping: nothing can be put into it");
        }
        if (name != null) {
            specification.put("name", name);
        }
        if (initialModel != null) {
            specification.put(
                    "initialModel", initialModel.toAbsolutePath().normalize().toString());
        }
        return yaml.writeValueAsString(specification);
    }
}
