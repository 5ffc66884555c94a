package io.saddle.deployment;

import io.saddle.stack.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** infra/images/Dockerfile: which files an image is made of and what environment it gives its process. */
public final class Dockerfile {

    private static final Set<String> OF_THE_COMMAND_LINE = Set.of("cli", "worker");
    private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(\\S*)");

    /**
     * One COPY from the project's folder.
     *
     * @param sources patterns, relative to the project
     */
    record Copy(List<String> sources, String target) {}

    private final String service;
    private final List<String> lines;

    private Dockerfile(String service, List<String> lines) {
        this.service = service;
        this.lines = lines;
    }

    /**
     * The image of a service.
     *
     * @param service for example {@code primal-trainer}; {@code cli} for the command line, {@code worker} for it with libtorch
     */
    public static Dockerfile of(String service) {
        try {
            String text = Files.readString(Distribution.locate().root().resolve("infra/images/Dockerfile"));
            return new Dockerfile(
                    service,
                    text.replaceAll("(?m)^#.*\n", "")
                            .replaceAll("\\\\\n\\s*", " ")
                            .lines()
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The variables that the image sets itself; a deployment's come on top. */
    public Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        for (String line : instructions("ENV")) {
            Matcher variable = VARIABLE.matcher(line);
            while (variable.find()) {
                environment.put(variable.group(1), variable.group(2));
            }
        }
        return environment;
    }

    /** In their order. */
    List<Copy> copies() {
        return instructions("COPY").stream()
                .filter(line -> !line.startsWith("--from="))
                .map(line -> Arrays.asList(line.trim().split("\\s+")))
                .map(words -> new Copy(words.subList(0, words.size() - 1), words.get(words.size() - 1)))
                .toList();
    }

    /** The arguments of each such instruction, in the stages that the image is built from. */
    List<String> instructions(String kind) {
        return stage(OF_THE_COMMAND_LINE.contains(service) ? service : "service").stream()
                .filter(line -> line.startsWith(kind + " "))
                .map(line -> line.substring(kind.length() + 1)
                        .replace("${SERVICE}", service)
                        .replace("${FLAVOR}", "cpu"))
                .toList();
    }

    private List<String> stage(String name) {
        List<String> found = new ArrayList<>();
        boolean inside = false;
        for (String line : lines) {
            String[] words = line.split("\\s+");
            if (words[0].equals("FROM")) {
                inside = words[words.length - 1].equals(name);
                if (inside) {
                    String foundation = words[1].replace("${FOUNDATION}", foundation());
                    found.addAll(foundation.startsWith("$") ? List.of() : stage(foundation));
                }
            } else if (inside) {
                found.add(line);
            }
        }
        return found;
    }

    /** Console and dual updater compute nothing with libtorch. */
    private String foundation() {
        return service.equals("console") || service.equals("dual-updater") ? "base" : "torch";
    }
}
