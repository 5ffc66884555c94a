package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Answers with what it is asked; fails when told to. */
final class EchoWorker implements WorkerLoop.Task {

    private final String name;

    private EchoWorker(JsonNode configuration) {
        name = configuration.path("name").asText();
    }

    public static void main(String[] arguments) throws InterruptedException {
        WorkerLoop.serve(EchoWorker::new);
    }

    @Override
    public ObjectNode hello() {
        System.out.println("this is not an answer");
        return Json.object()
                .put("name", name)
                .put("threads", Runtime.getRuntime().availableProcessors());
    }

    @Override
    public ObjectNode answer(JsonNode request) {
        if (request.has("fail")) {
            throw new IllegalStateException(request.path("fail").asText());
        }
        return Json.object().set("millis", request.path("millis"));
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
