package io.saddle.cli.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.saddle.run.spec.Problem;
import java.util.ArrayList;
import java.util.List;

/** An error of the console in the words of RFC 9457, with the places in the run's specification that it is about. */
record ConsoleProblem(String title, String detail, List<String> places) {

    private static final int BODY_LENGTH = 200;

    static ConsoleProblem parse(int status, String body) {
        JsonNode json = json(body);
        List<String> places = new ArrayList<>();
        json.path("problems")
                .forEach(place -> places.add(new Problem(
                                place.path("path").asText(),
                                place.path("message").asText())
                        .toString()));
        String detail = json.isObject() ? json.path("detail").asText("") : shortened(body);
        return new ConsoleProblem(json.path("title").asText("the console answered " + status), detail, places);
    }

    /** The title and detail, then each place on its own line. */
    String text() {
        StringBuilder text = new StringBuilder(title);
        if (!detail.isBlank()) {
            text.append(": ").append(detail);
        }
        places.forEach(place -> text.append(System.lineSeparator()).append("  ").append(place));
        return text.toString();
    }

    private static JsonNode json(String body) {
        try {
            return new ObjectMapper().readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static String shortened(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return line.length() <= BODY_LENGTH ? line : line.substring(0, BODY_LENGTH) + "...";
    }
}
