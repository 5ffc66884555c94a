package io.saddle.cli.dlq;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Picks dead records by where they stood. */
final class DlqSelection {

    private DlqSelection() {}

    /**
     * @throws ParameterException if a position is none
     * @throws CommandException if nothing dead stood there
     */
    static List<DeadRecord> of(List<DeadRecord> records, Topic<?> topic, List<String> positions, CommandSpec command) {
        List<DeadRecord> chosen = new ArrayList<>();
        for (String text : positions) {
            RecordPosition position = position(topic, text, command);
            chosen.add(records.stream()
                    .filter(record -> record.origin().compareTo(position) == 0)
                    .findFirst()
                    .orElseThrow(() -> new CommandException(
                            ExitCode.INVALID_INPUT,
                            "no dead letter of " + position + ": './saddle dlq list " + topic.name()
                                    + "' shows those there are")));
        }
        return chosen.stream().distinct().toList();
    }

    private static RecordPosition position(Topic<?> topic, String text, CommandSpec command) {
        try {
            return RecordPosition.parse(topic.name(), text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }
}
