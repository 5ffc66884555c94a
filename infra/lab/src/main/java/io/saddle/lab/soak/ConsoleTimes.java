package io.saddle.lab.soak;

import io.saddle.lab.bench.Statistics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long a console takes to answer what its page asks for, one question after the other. */
final class ConsoleTimes {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String console;

    /**
     * Times in milliseconds.
     *
     * @param what was asked for
     * @param kib its size, compressed
     */
    record Answers(String what, double kib, double median, double p90) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %.0f / %.0f ms (%,.0f KiB)", what, median, p90, kib);
        }
    }

    /** @param console its address, without a slash at the end */
    ConsoleTimes(String console) {
        this.console = console;
    }

    /**
     * Asks for the same again and again.
     *
     * @param paths asked for one after the other each time; the time is that of all
     */
    Answers ask(String what, int times, List<String> paths) throws IOException, InterruptedException {
        double[] millis = new double[times];
        long bytes = 0;
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            bytes = 0;
            for (String path : paths) {
                bytes += compressed(path).body().length;
            }
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        return new Answers(what, bytes / 1024.0, Statistics.quantile(millis, 0.5), Statistics.quantile(millis, 0.9));
    }

    /** As a browser asks. */
    private HttpResponse<byte[]> compressed(String path) throws IOException, InterruptedException {
        HttpRequest request = request(path).header("Accept-Encoding", "gzip").build();
        return checked(request, http.send(request, BodyHandlers.ofByteArray()));
    }

    /**
     * One answer as it is.
     *
     * @throws IOException if it is not one of success
     */
    byte[] get(String path) throws IOException, InterruptedException {
        HttpRequest request = request(path).build();
        return checked(request, http.send(request, BodyHandlers.ofByteArray())).body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(console + path)).timeout(PATIENCE);
    }

    private static HttpResponse<byte[]> checked(HttpRequest request, HttpResponse<byte[]> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri() + " is answered with " + answer.statusCode());
        }
        return answer;
    }
}
