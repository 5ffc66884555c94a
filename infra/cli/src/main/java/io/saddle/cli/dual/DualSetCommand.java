package io.saddle.cli.dual;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.run.spec.RunSpecParser;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Other dual settings for a run that trains. */
@Command(
        name = "set",
        description =
                "Changes keys of a run's dual section; the next dual step uses them. A new optimizer remembers nothing of"
                        + " the old one; multipliers stay.",
        footer = {
            "  ./saddle dual set my-run learningRate=0.1",
            "  ./saddle dual set my-run optimizer=nupi nupi.kp=2 nupi.nu=0.5"
        })
final class DualSetCommand extends RunQueryCommand {

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "KEY=VALUE",
            description = "Keys of dual as in a run specification, with a dot into a section.")
    private Map<String, String> changes;

    @Option(
            names = "--revision-seen",
            paramLabel = "N",
            description = "Only if the run is still at this revision; otherwise nothing is changed.")
    private Integer revision;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        console.setDual(run, tree(), revision);
        out.println(run + ": the next dual step uses " + changes);
        return ExitCode.OK;
    }

    private ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        YAMLMapper yaml = new YAMLMapper();
        changes.forEach((key, text) -> {
            String[] path = key.split("\\.", 2);
            ObjectNode section = path.length == 1 ? tree : tree.withObject("/" + path[0]);
            try {
                section.set(path[path.length - 1], yaml.readTree(text));
            } catch (JsonProcessingException e) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT,
                        key + ": '" + text + "' is no value; keys are " + new TreeSet<>(RunSpecParser.LIVE_DUAL_KEYS));
            }
        });
        return tree;
    }
}
