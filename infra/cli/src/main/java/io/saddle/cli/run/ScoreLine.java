package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.run.ScoreNames;
import java.util.Locale;

/** A score in a line: the first network's distances by their right names, beside what they are between real images. */
final class ScoreLine {

    private ScoreLine() {}

    /** @param score as the console writes it */
    static String of(JsonNode score) {
        JsonNode first = score.path("measures").path(0);
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%s %.3f at step %d",
                ScoreNames.named(
                        first.path("metric").asText(""),
                        score.path("featureExtractor").asText()),
                score.path("fid").asDouble(),
                score.path("step").asLong()));
        if (first.path("floor").isObject()) {
            line.append(String.format(
                    Locale.ROOT,
                    " (real images among themselves, N = %d: %.3f)",
                    first.at("/floor/images").asInt(),
                    first.at("/floor/frechet").asDouble()));
        }
        if (first.path("kid").isNumber()) {
            line.append(
                    String.format(Locale.ROOT, ", KID %.5f", first.path("kid").asDouble()));
            if (first.path("kidStandardError").isNumber()) {
                line.append(String.format(
                        Locale.ROOT, " ± %.5f", first.path("kidStandardError").asDouble()));
            }
        }
        if (first.path("precision").isNumber()) {
            line.append(String.format(
                    Locale.ROOT,
                    ", precision %.3f, recall %.3f",
                    first.path("precision").asDouble(),
                    first.path("recall").asDouble()));
        }
        if (first.path("frechetAtInfinity").isNumber()) {
            line.append(String.format(
                    Locale.ROOT,
                    ", at infinite N %.3f",
                    first.path("frechetAtInfinity").asDouble()));
        }
        return line.toString();
    }
}
