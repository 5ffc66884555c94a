package io.saddle.lab.soak;

import io.saddle.lab.report.ResultJson;
import io.saddle.lab.report.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The claims that held and those that did not, as a table and as files. */
public final class SoakReport {

    private SoakReport() {}

    /**
     * True if all claims held, and there were some.
     *
     * @param named whether somebody asked for these scenarios: of those none may be skipped
     */
    static boolean succeeded(List<Outcome> outcomes, boolean named) {
        List<Outcome> tried =
                outcomes.stream().filter(outcome -> outcome.skipped() == null).toList();
        return !tried.isEmpty()
                && (!named || tried.size() == outcomes.size())
                && tried.stream().allMatch(Outcome::held);
    }

    /** One line for each scenario. */
    public static String table(List<Outcome> outcomes) {
        StringBuilder text = new StringBuilder();
        int width = outcomes.stream()
                .mapToInt(outcome -> outcome.scenario().length())
                .max()
                .orElse(0);
        for (Outcome outcome : outcomes) {
            text.append(String.format(
                    Locale.ROOT, "%-" + Math.max(width, 10) + "s  %s%n", outcome.scenario(), verdict(outcome)));
        }
        return text.toString();
    }

    static String verdict(Outcome outcome) {
        if (outcome.skipped() != null) {
            return "skipped: " + outcome.skipped();
        }
        long held = outcome.claims().stream().filter(Claim::held).count();
        return String.format(
                Locale.ROOT,
                "%s, %d of %d claims held, %.0f s%s",
                outcome.held() ? "held" : "DID NOT HOLD",
                held,
                outcome.claims().size(),
                outcome.seconds(),
                outcome.leftOut().stream().map(", left out: "::concat).collect(Collectors.joining()));
    }

    /** Writes {@code soak.json} with everything and {@code soak.md} with the table of all claims. */
    public static void write(Path folder, List<Outcome> outcomes) throws IOException {
        Files.createDirectories(folder);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS));
        result.put("versions", Versions.all());
        result.put("outcomes", outcomes);
        ResultJson.MAPPER.writeValue(folder.resolve("soak.json").toFile(), result);
        Files.writeString(folder.resolve("soak.md"), markdown(outcomes));
    }

    static String markdown(List<Outcome> outcomes) {
        StringBuilder text = new StringBuilder("| fault | what must hold | held | seen |\n|---|---|---|---|\n");
        for (Outcome outcome : outcomes) {
            if (outcome.skipped() != null) {
                text.append(row(outcome.fault(), "", "skipped", outcome.skipped()));
            }
            for (String leftOut : outcome.leftOut()) {
                text.append(row(outcome.fault(), "", "left out", leftOut));
            }
            String fault = outcome.fault();
            for (Claim claim : outcome.claims()) {
                text.append(row(fault, claim.what(), claim.held() ? "yes" : "**no**", claim.seen()));
                fault = "";
            }
        }
        return text.toString();
    }

    private static String row(String... cells) {
        StringBuilder row = new StringBuilder("|");
        for (String cell : cells) {
            row.append(' ')
                    .append(cell.replace("|", "\\|").replaceAll("\\s+", " "))
                    .append(" |");
        }
        return row.append('\n').toString();
    }
}
