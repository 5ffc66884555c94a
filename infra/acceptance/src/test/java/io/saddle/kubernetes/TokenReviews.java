package io.saddle.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * The one request of a cluster's API that the registry makes. A token is the name of the service account whose it is; one that is
 * reviewed for another audience is nobody's.
 */
final class TokenReviews implements AutoCloseable {

    private static final String ACCOUNT = "system:serviceaccount:";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final String audience;

    TokenReviews(String audience) throws IOException {
        this.audience = audience;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/apis/authentication.k8s.io/v1/tokenreviews", this::review);
        server.start();
    }

    /** The token of a namespace's account. */
    static String token(String namespace, String account) {
        return ACCOUNT + namespace + ":" + account;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void review(HttpExchange exchange) throws IOException {
        JsonNode spec = JSON.readTree(exchange.getRequestBody()).get("spec");
        String token = spec.get("token").asText();
        boolean known = token.startsWith(ACCOUNT)
                && spec.path("audiences").equals(JSON.createArrayNode().add(audience));
        byte[] answer = JSON.writeValueAsBytes(Map.of(
                "apiVersion",
                "authentication.k8s.io/v1",
                "kind",
                "TokenReview",
                "status",
                known ? accepted(token) : Map.of("authenticated", false)));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(201, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private Map<String, Object> accepted(String token) {
        List<String> groups = List.of(
                "system:serviceaccounts", "system:serviceaccounts:" + token.split(":")[2], "system:authenticated");
        return Map.of(
                "authenticated",
                true,
                "audiences",
                List.of(audience),
                "user",
                Map.of("username", token, "groups", groups));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
