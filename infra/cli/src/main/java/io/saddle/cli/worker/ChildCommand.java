package io.saddle.cli.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One of this program's commands that a task is done by, as words for a process of its own. */
final class ChildCommand {

    private final JsonNode told;
    private final List<String> name;
    private final boolean isAboutKafka;
    private final List<String> options = new ArrayList<>();
    private final List<String> parameters = new ArrayList<>();

    private ChildCommand(JsonNode told, boolean isAboutKafka, String... name) {
        this.told = told;
        this.isAboutKafka = isAboutKafka;
        this.name = List.of(name);
    }

    /** @param told what the task says */
    static ChildCommand of(JsonNode told, String... name) {
        return new ChildCommand(told, false, name);
    }

    /** One that takes the options of a Kafka, too. */
    static ChildCommand aboutKafka(JsonNode told, String... name) {
        return new ChildCommand(told, true, name);
    }

    /** With those of these parameters of the task that there are, as the options of these names. */
    ChildCommand options(String... names) {
        for (String option : names) {
            if (told.has(option)) {
                option(option, told.get(option).asText());
            }
        }
        return this;
    }

    ChildCommand option(String option, String value) {
        options.add("--" + option + "=" + value);
        return this;
    }

    ChildCommand flag(String option) {
        options.add("--" + option);
        return this;
    }

    ChildCommand parameter(String value) {
        parameters.add(value);
        return this;
    }

    /**
     * The words behind the program's name.
     *
     * @param stack options of every command
     * @param kafka options of those that talk to Kafka
     */
    List<String> words(List<String> stack, List<String> kafka) {
        List<String> words = new ArrayList<>(name);
        words.addAll(stack);
        if (isAboutKafka) {
            words.addAll(kafka);
        }
        words.addAll(options);
        // What a pipeline says is never taken for an option.
        words.add("--");
        words.addAll(parameters);
        return words;
    }
}
