package io.saddle.lab.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.stack.LogFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One side of a comparison in a process of its own, with its own allocator, compiler and memory. It works when it is asked and
 * sleeps otherwise: configuration, requests and answers are lines of JSON on its standard input and output, and it ends when
 * its input does, however this process ends.
 */
public final class Worker implements AutoCloseable {

    private static final int TAIL_LINES = 15;
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final LogFile log;
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;
    private final JsonNode hello;
    private Duration cpuAtAnswer = Duration.ZERO;

    private Worker(String name, LogFile log, Process process, JsonNode configuration) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        try {
            this.hello = exchange(configuration);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a worker and returns when it is warm.
     *
     * @param name in messages, for example {@code PyTorch eager}
     * @param environment added to this process's
     * @param log where its standard error goes
     * @throws BenchException with the end of its log if it does not come up
     */
    public static Worker start(
            String name, List<String> command, Map<String, String> environment, LogFile log, JsonNode configuration) {
        try {
            log.begin();
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.to(log.path().toFile()));
            builder.environment().put("OPT_OUT_TRACKING", "true");
            builder.environment().putAll(environment);
            return new Worker(name, log, builder.start(), configuration);
        } catch (IOException e) {
            throw new BenchException(name + ": cannot start " + command.get(0) + ": " + e.getMessage(), e);
        }
    }

    /** The worker's own description: {@code name}, {@code threads}, ... */
    public JsonNode hello() {
        return hello;
    }

    /**
     * Has it do something and waits for the figures. The answer also has {@code idleCpuMillis}, the processor time that it
     * took since its last answer while it should have slept.
     *
     * @throws BenchException with the end of its log if it fails
     */
    public ObjectNode ask(JsonNode request) {
        Duration idle = cpu().minus(cpuAtAnswer);
        ObjectNode answer = exchange(request);
        return answer.put("idleCpuMillis", Math.max(0, idle.toMillis()));
    }

    private ObjectNode exchange(JsonNode request) {
        try {
            requests.write(request + "\n");
            requests.flush();
            String line = answers.readLine();
            cpuAtAnswer = cpu();
            if (line == null) {
                throw failed("ended without an answer");
            }
            JsonNode answer = Json.parse(line);
            if (answer.has("error")) {
                throw failed(answer.path("error").asText());
            }
            if (answer instanceof ObjectNode object) {
                return object;
            }
            throw failed("answered " + line);
        } catch (JsonProcessingException e) {
            throw failed("answered what is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw failed(e.getMessage());
        }
    }

    private Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private BenchException failed(String reason) {
        return new BenchException(name + ": " + reason + "\nthe end of its log, " + log.path() + ":\n  "
                + String.join("\n  ", log.tail(TAIL_LINES)));
    }

    /** Lets it end. */
    @Override
    public void close() {
        try {
            requests.close();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            answers.close();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
