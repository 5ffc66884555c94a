package io.saddle.deployment;

import io.saddle.stack.Distribution;
import io.saddle.stack.Setting;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of every setting in {@code docs/settings.md}, made from where settings are: each service's application.properties with
 * the comments over its lines, the common microprofile-config.properties, and the local stack's list.
 */
final class SettingsTable {

    private static final Pattern LINE =
            Pattern.compile("(?<unset>#\\s?)?(?<key>(?:saddle|quarkus|kafka)\\.[A-Za-z0-9.\"_-]+)=(?<value>.*)");
    /** Fixed when a service is built, or of no interest to who runs it. */
    private static final Pattern INTERNAL = Pattern.compile("quarkus\\.(application|devservices|banner|log\\.category"
            + "|smallrye-openapi|swagger-ui|jackson|http\\.(header|filter)|class-loading|security\\.users|oidc\\.(application-type|authentication)).*"
            + "|saddle\\.service\\..*");

    /** What one service says of one key. */
    private record Said(String value, String meaning) {}

    private final Map<String, Map<String, Said>> rows = new TreeMap<>();

    static SettingsTable ofSources() throws IOException {
        SettingsTable table = new SettingsTable();
        Path services = Distribution.locate().root().resolve("services");
        for (String service : TestCluster.SERVICES) {
            table.read(service, services.resolve(service + "/src/main/resources/application.properties"));
            table.read(
                    service,
                    services.resolve("shared/runtime/src/main/resources/META-INF/microprofile-config.properties"));
        }
        return table;
    }

    private void read(String service, Path file) throws IOException {
        String meaning = "";
        boolean comment = false;
        for (String line : Files.readAllLines(file)) {
            Matcher key = LINE.matcher(line);
            if (key.matches()) {
                comment = false;
                if (!INTERNAL.matcher(key.group("key")).matches()) {
                    String value = key.group("unset") == null ? key.group("value") : "";
                    rows.computeIfAbsent(key.group("key"), any -> new LinkedHashMap<>())
                            .putIfAbsent(service, new Said(value, meaning));
                }
            } else if (line.startsWith("#")) {
                meaning = (comment ? meaning + " " : "") + line.substring(1).strip();
                comment = true;
            } else if (line.isBlank()) {
                meaning = "";
                comment = false;
            }
        }
    }

    /** The keys that a service's file speaks of. */
    Set<String> keys(String service) {
        Set<String> keys = new LinkedHashSet<>();
        rows.forEach((key, said) -> {
            if (said.containsKey(service)) {
                keys.add(key);
            }
        });
        return keys;
    }

    String markdown() {
        List<String> lines = new ArrayList<>(List.of(
                "# Settings",
                "",
                "Generated from where the settings are (`SettingsTableTest` compares; `-Dsaddle.docs.write=true` writes it anew).",
                "",
                "## Services",
                "",
                "Each can be set as an environment variable, as a system property of its own name, or in a properties file that"
                        + " `SMALLRYE_CONFIG_LOCATIONS` names. Beside these, `saddle.kafka.NAME` passes any setting NAME to"
                        + " every Kafka client of a service (`SADDLE_KAFKA_SECURITY_PROTOCOL`) but those by which nothing is"
                        + " lost or doubled (acknowledgements, transactions, isolation, groups), `saddle.registry.client.NAME`"
                        + " to the registry's client, and Quarkus's own settings hold ([all of them]"
                        + "(https://quarkus.io/guides/all-config)).",
                "",
                "| setting | environment variable | default | services | meaning |",
                "|---|---|---|---|---|"));
        rows.forEach((key, said) -> lines.add("| `" + key + "` | `" + DeploymentKeys.variable(key) + "` | "
                + defaults(said) + " | " + services(said.keySet()) + " | " + cell(meaning(said)) + " |"));
        lines.addAll(List.of(
                "",
                "## The local stack",
                "",
                "Of `./saddle up` and of every command that talks to it: `--set KEY=VALUE`, the environment, or"
                        + " `settings.properties` in the stack's folder; while it runs, its ports need not be named again. `SADDLE_HOME` is that folder, and"
                        + " `SADDLE_JAVA_OPTS_PRIMAL_TRAINER` (and so on for each process) has further JVM options.",
                "",
                "| setting | environment variable | default | meaning |",
                "|---|---|---|---|"));
        for (Setting setting : Setting.values()) {
            lines.add("| `" + setting.key() + "` | `" + setting.environmentName() + "` | "
                    + code(setting.defaultValue()) + " | " + cell(setting.description()) + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String services(Set<String> names) {
        return names.containsAll(TestCluster.SERVICES) ? "all" : String.join(", ", names);
    }

    /** What most of them say. */
    private static String meaning(Map<String, Said> said) {
        Map<String, Long> counts = new LinkedHashMap<>();
        said.values().forEach(one -> counts.merge(one.meaning(), 1L, Long::sum));
        return Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    }

    /** One value where all have the same, but for the service's own name in it. */
    private static String defaults(Map<String, Said> said) {
        Map<String, List<String>> byValue = new LinkedHashMap<>();
        said.forEach((service, one) -> byValue.computeIfAbsent(
                        one.value().replace(service, "SERVICE"), any -> new ArrayList<>())
                .add(service));
        List<String> cells = new ArrayList<>();
        byValue.forEach((value, services) ->
                cells.add(byValue.size() == 1 ? code(value) : code(value) + " (" + String.join(", ", services) + ")"));
        return String.join(", ", cells);
    }

    private static String code(String value) {
        return value.isEmpty() ? "" : "`" + value.replace("|", "\\|") + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
