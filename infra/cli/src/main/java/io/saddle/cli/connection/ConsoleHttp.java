package io.saddle.cli.connection;

import static io.saddle.cli.connection.Address.encoded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Version;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * HTTP with a console: each request says who asks and proves it, and a problem that the console reports becomes a
 * {@link CommandException}.
 */
final class ConsoleHttp {

    /** The console itself waits half a minute for Kafka, and then says what is to be done. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** Out of a bucket the console fetches a model whole before it answers. */
    static final Duration MODEL_PATIENCE = Duration.ofMinutes(10);

    private static final int TOO_MANY_REQUESTS = 429;
    /** Where somebody before the console refuses, who names no time, or names it as a date. */
    private static final Duration LATER = Duration.ofSeconds(10);
    /** The console itself names none that is longer. */
    private static final Duration LONGEST_LATER = Duration.ofMinutes(5);

    private static final int MOST_PROBLEM_BYTES = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();
    static final String AGENT = "saddle/" + Version.current();
    static final String BY = "Saddle-By";
    static final String REASON = "Saddle-Reason";
    private static final String UNHEARD = "Saddle-Unheard-Seconds";

    private final String url;
    private final Supplier<ConsoleLogin> login;
    private final String reason;
    private final Duration patience;
    private final AtomicBoolean unheard;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param login asked before each request */
    ConsoleHttp(String url, Supplier<ConsoleLogin> login) {
        this(url, login, null, PATIENCE, new AtomicBoolean());
    }

    /**
     * @param reason of changes; null: none is said
     * @param patience with answers for which the console fetches nothing
     * @param unheard whether the console has said last that it hears nothing from Kafka
     */
    private ConsoleHttp(
            String url, Supplier<ConsoleLogin> login, String reason, Duration patience, AtomicBoolean unheard) {
        this.url = Address.checked("--console", url).replaceAll("/+$", "");
        this.login = login;
        this.reason = reason;
        this.patience = patience;
        this.unheard = unheard;
    }

    ConsoleHttp because(String why) {
        return new ConsoleHttp(url, login, why, patience, unheard);
    }

    ConsoleHttp within(Duration patience) {
        return new ConsoleHttp(url, login, reason, patience, unheard);
    }

    String url() {
        return url;
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(patience);
        login.get().header().ifPresent(value -> request.header("Authorization", value));
        request.header("User-Agent", AGENT).header(BY, encoded(System.getProperty("user.name", "")));
        if (reason != null) {
            request.header(REASON, encoded(reason));
        }
        return request;
    }

    /**
     * A request with something that a person has written, which may name a model.
     *
     * @param folder that relative paths are relative to; null: there are none
     */
    HttpRequest.Builder written(String path, Path folder) {
        HttpRequest.Builder request = request(path).timeout(MODEL_PATIENCE);
        if (folder != null) {
            request.header("Saddle-Folder", encoded(folder.toString()));
        }
        return request.header("Content-Type", "application/yaml");
    }

    /** The answer, which must be closed. */
    InputStream stream(HttpRequest.Builder request) {
        HttpResponse<InputStream> answer = send(request.build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() == 200) {
            return answer.body();
        }
        try (InputStream body = answer.body()) {
            throw problem(answer, new String(body.readNBytes(MOST_PROBLEM_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw problem(answer, "");
        }
    }

    /** The answer in JSON. */
    JsonNode json(HttpRequest.Builder request) {
        return json(asked(request));
    }

    /** The answer in JSON; empty if there is nothing of that address. */
    Optional<JsonNode> found(HttpRequest.Builder request) {
        HttpResponse<String> answer = asked(request);
        return answer.statusCode() == 404 ? Optional.empty() : Optional.of(json(answer));
    }

    private HttpResponse<String> asked(HttpRequest.Builder request) {
        return send(
                request.header("Accept", "application/json, application/problem+json")
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode json(HttpResponse<String> answer) {
        if (answer.statusCode() / 100 != 2) {
            throw problem(answer, answer.body());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new CommandException(ExitCode.FAILED, url + " did not answer in JSON: " + e.getOriginalMessage());
        }
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            HttpResponse<T> answer = client.send(request, body);
            noteUnheard(answer);
            return answer;
        } catch (HttpConnectTimeoutException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the console cannot be reached at " + url + ": it is not there, or the network is not");
        } catch (HttpTimeoutException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the console at " + url + " has not answered within "
                            + request.timeout().orElseThrow().toSeconds() + " s"
                            + (request.method().equals("GET")
                                    ? ""
                                    : "; what was asked for may be done all the same: look before you repeat it"));
        } catch (IOException e) {
            Optional<String> untrusted = Causes.ofTls(e);
            if (untrusted.isPresent()) {
                throw new CommandException(
                        ExitCode.UNREACHABLE,
                        "no secure connection to the console at " + url + ": " + untrusted.get()
                                + "; see that this Java trusts its certificate, which names the host and has not expired");
            }
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the console does not answer at " + url
                            + ": './saddle up' starts it, './saddle status' shows its log");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }

    /** Once for each time that Kafka goes away: whoever follows a run asks every second. */
    private void noteUnheard(HttpResponse<?> answer) {
        Optional<String> seconds = answer.headers().firstValue(UNHEARD);
        if (!unheard.getAndSet(seconds.isPresent()) && seconds.isPresent()) {
            System.err.println("note: the console has heard nothing from Kafka for " + seconds.get()
                    + " s; what it says is from before");
        }
    }

    private CommandException notKnown() {
        String how =
                "SADDLE_CONSOLE_TOKEN, or SADDLE_CONSOLE_USER and SADDLE_CONSOLE_PASSWORD; where its users log in at a"
                        + " provider, only a token does, of that provider or of './saddle token create'";
        return new CommandException(
                ExitCode.FAILED,
                login.get().header().isPresent()
                        ? "the console does not take the login that it is given: see " + how
                        : "the console wants to know who you are: set " + how);
    }

    /** 4xx about what was sent is invalid input, anything else failed work; each problem stands on its line. */
    private CommandException problem(HttpResponse<?> answer, String body) {
        int status = answer.statusCode();
        if (status == 401 || status == 302) {
            return notKnown();
        }
        if (status == 403 && body.isBlank()) {
            return new CommandException(ExitCode.FAILED, "only an operator may do that");
        }
        int code =
                switch (status) {
                    case 400, 404, 415, 422 -> ExitCode.INVALID_INPUT;
                    case 502, 503, 504 -> ExitCode.UNREACHABLE;
                    default -> ExitCode.FAILED;
                };
        return new CommandException(
                code,
                ConsoleProblem.parse(status, body).text(),
                status == TOO_MANY_REQUESTS ? retryAfter(answer) : null);
    }

    private static Duration retryAfter(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .map(String::strip)
                .filter(seconds -> seconds.matches("\\d{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .map(named -> named.compareTo(LONGEST_LATER) < 0 ? named : LONGEST_LATER)
                .orElse(LATER);
    }
}
