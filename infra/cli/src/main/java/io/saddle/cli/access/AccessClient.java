package io.saddle.cli.access;

import static io.saddle.cli.connection.Address.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;

/** What is asked of the console about tokens and projects. */
record AccessClient(ConsoleClient console) {

    private static final String TOKENS = "/api/tokens";
    private static final String PROJECTS = "/api/projects";

    /** The tokens, the newest first. */
    JsonNode tokens() {
        return console.get(TOKENS);
    }

    /**
     * @param wanted name, role, days, projects
     * @return what the console answers, with {@code token}
     */
    JsonNode createToken(JsonNode wanted) {
        return console.send("POST", TOKENS, wanted);
    }

    void revokeToken(String id) {
        console.delete(TOKENS + "/" + encoded(id));
    }

    /** The projects, by name. */
    JsonNode projects() {
        return console.get(PROJECTS);
    }

    /** @param wanted description, members; what is left out stays */
    JsonNode setProject(String name, JsonNode wanted) {
        return console.send("PUT", PROJECTS + "/" + encoded(name), wanted);
    }

    void deleteProject(String name) {
        console.delete(PROJECTS + "/" + encoded(name));
    }
}
