package io.saddle.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The few requests that readiness and set-up need. */
final class Http {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    boolean answers(String url) {
        HttpRequest get =
                HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        try {
            return client.send(get, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @throws StackException unless the answer is 200 */
    void put(String url, String contentType, String body) {
        HttpRequest put = HttpRequest.newBuilder(URI.create(url))
                .timeout(PATIENCE)
                .header("Content-Type", contentType)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            var answer = client.send(put, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new StackException("PUT " + url + ": " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            throw new StackException("PUT " + url + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("PUT " + url + ": interrupted", e);
        }
    }
}
