package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.asyncapi.AsyncApi;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import java.io.File;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the console says of itself: OpenAPI of its REST interface, AsyncAPI of the topics. */
@QuarkusTest
class ApiDescriptionTest extends ConsoleTest {

    private static final Path JAVA = Path.of("src", "main", "java");
    private static final Path SOURCES = JAVA.resolve(Path.of("io", "saddle", "console"));
    /** Answered before any resource is asked. */
    private static final Set<String> OF_ACCESS = Set.of("401", "403");

    /** Of the framework, before anybody here sees the request. */
    private static final Set<String> WITHOUT_BODY = Set.of("401", "413");

    @TestHTTPResource("/")
    URL root;

    @Inject
    ArtifactStore artifacts;

    @ConfigProperty(name = "quarkus.application.version")
    String version;

    /** A method of a resource. */
    private record Endpoint(String path, String verb, Method method) {

        String name() {
            return verb + " " + path;
        }

        boolean takesInput() {
            return Arrays.stream(method.getParameters())
                    .anyMatch(parameter -> !parameter.isAnnotationPresent(Context.class));
        }

        boolean namesWhatIsThere() {
            return Arrays.stream(method.getParameters())
                    .anyMatch(parameter -> parameter.isAnnotationPresent(PathParam.class));
        }
    }

    private HttpResponse<String> fetch(String path, String accept) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + path))
                .header("Accept", accept)
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private JsonNode openApi() throws IOException, InterruptedException {
        HttpResponse<String> response = fetch("q/openapi?format=json", "*/*");
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private static List<Endpoint> endpoints() throws Exception {
        List<Endpoint> endpoints = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith("Resource.java"))
                    .sorted()
                    .toList()) {
                String name =
                        JAVA.relativize(file).toString().replace(".java", "").replace(File.separatorChar, '.');
                Class<?> resource = Class.forName(name);
                for (Method method : resource.getDeclaredMethods()) {
                    verb(method, resource, endpoints);
                }
            }
        }
        return endpoints;
    }

    private static void verb(Method method, Class<?> resource, List<Endpoint> endpoints) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null && !verb.value().equals(HttpMethod.HEAD)) {
                jakarta.ws.rs.Path below = method.getAnnotation(jakarta.ws.rs.Path.class);
                String path =
                        resource.getAnnotation(jakarta.ws.rs.Path.class).value() + (below == null ? "" : below.value());
                endpoints.add(new Endpoint(path, verb.value(), method));
            }
        }
    }

    private static JsonNode operation(JsonNode document, Endpoint endpoint) {
        return document.get("paths").path(endpoint.path()).path(endpoint.verb().toLowerCase(Locale.ROOT));
    }

    /** The responses of an operation by status, references followed. */
    private static Map<String, JsonNode> responses(JsonNode document, JsonNode operation) {
        Map<String, JsonNode> responses = new TreeMap<>();
        operation.get("responses").properties().forEach(response -> {
            JsonNode reference = response.getValue().get("$ref");
            JsonNode found = reference == null
                    ? response.getValue()
                    : document.at(reference.asText().substring(1));
            assertFalse(found.isMissingNode(), reference + " leads nowhere");
            responses.put(response.getKey(), found);
        });
        return responses;
    }

    private static boolean isProblem(JsonNode response) {
        return "#/components/schemas/ProblemDetail"
                .equals(response.at("/content/application~1problem+json/schema/$ref")
                        .asText());
    }

    @Test
    void everyMethodOfEveryResourceIsDescribed() throws Exception {
        JsonNode document = openApi();
        Set<String> there = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(verb -> there.add(verb.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        Set<String> expected = new TreeSet<>();
        endpoints().forEach(endpoint -> expected.add(endpoint.name()));
        there.removeIf(name -> !name.contains(" /api/"));
        assertTrue(expected.size() > 20, expected.toString());
        assertEquals(expected, there);

        for (Endpoint endpoint : endpoints()) {
            JsonNode operation = operation(document, endpoint);
            assertTrue(operation.path("summary").asText().length() > 10, endpoint.name() + ": " + operation);
            Map<String, JsonNode> responses = responses(document, operation);
            assertTrue(responses.keySet().stream().anyMatch(status -> status.startsWith("2")), endpoint.name());
            assertTrue(responses.keySet().containsAll(OF_ACCESS), endpoint.name());
            responses.forEach((status, response) -> assertEquals(
                    !status.startsWith("2") && !WITHOUT_BODY.contains(status),
                    isProblem(response),
                    endpoint.name() + " " + status + ": " + response));
            if (endpoint.takesInput()) {
                assertTrue(
                        responses.keySet().stream()
                                .anyMatch(status -> status.startsWith("4") && !OF_ACCESS.contains(status)),
                        endpoint.name());
            }
            if (endpoint.namesWhatIsThere()) {
                assertTrue(responses.containsKey("404"), endpoint.name());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/runs, 200 400 401 403 500 503",
        "POST, /api/runs, 201 400 401 403 409 413 429 500 503",
        "POST, /api/runs/check, 200 400 401 403 409 413 429 500 503",
        "GET, /api/runs/{id}, 200 401 403 404 500 503",
        "GET, /api/runs/{id}/events, 200 400 401 403 404 429 500 503",
        "GET, /api/runs/{id}/slots, 200 401 403 404 500 503",
        "POST, /api/runs/{id}/pause, 200 401 403 404 409 500 503",
        "PATCH, /api/runs/{id}/dual, 200 400 401 403 404 409 413 500 503",
        "PATCH, /api/runs/{id}/labels, 200 400 401 403 404 409 413 500 503",
        "GET, /api/runs/{id}/deletion, 200 401 403 404 500 503",
        "DELETE, /api/runs/{id}, 202 400 401 403 404 409 500 503",
        "POST, /api/runs/{run}/constraints, 201 400 401 403 404 409 413 500 503",
        "POST, /api/runs/{run}/constraints/{id}/retire, 200 400 401 403 404 409 413 500 503",
        "GET, /api/runs/{id}/grids/{step}, 200 400 401 403 404 500 503",
        "GET, /api/runs/{id}/models/{model}.zip, 200 400 401 403 404 409 500 503",
        "GET, /api/datasets, 200 401 403 500 503",
        "GET, /api/datasets/{address}/preview.png, 200 401 403 404 500 503"
    })
    void eachOperationHasTheAnswersOfItsClass(String verb, String path, String statuses) throws Exception {
        JsonNode operation = openApi().get("paths").path(path).path(verb.toLowerCase(Locale.ROOT));

        assertEquals(Set.of(statuses.split(" ")), names(operation.get("responses")));
    }

    @Test
    void whatIsTakenAsTextIsDescribedAsTheObjectThatItSays() throws Exception {
        JsonNode body = openApi().at("/paths/~1api~1runs/post/requestBody");

        assertTrue(body.get("required").asBoolean());
        assertEquals(5, body.get("content").size());
        body.get("content")
                .forEach(type -> assertEquals("object", type.at("/schema/type").asText(), body.toString()));
    }

    @Test
    void itSaysWhatItIsAndOfWhichBuild() throws Exception {
        JsonNode info = openApi().get("info");

        assertEquals("saddle: console", info.get("title").asText());
        assertEquals(version, info.get("version").asText());
        assertFalse(info.get("description").asText().isBlank());
        assertEquals("Apache-2.0", info.at("/license/name").asText());
    }

    @Test
    void oneSaysWhoOneIsByAPasswordOrATokenOrNotAtAll() throws Exception {
        JsonNode document = openApi();

        assertEquals(Set.of("basic", "bearer"), names(document.at("/components/securitySchemes")));
        List<Set<String>> ways = new ArrayList<>();
        document.get("security").forEach(way -> ways.add(names(way)));
        assertEquals(List.of(Set.of("basic"), Set.of("bearer"), Set.of()), ways);
    }

    @Test
    void bodiesAndAnswersHaveTheirMediaTypes() throws Exception {
        JsonNode paths = openApi().get("paths");

        assertTrue(paths.at("/~1api~1runs/post/requestBody/content").has("application/yaml"));
        assertEquals(
                Set.of("image/png"), names(paths.at("/~1api~1runs~1{id}~1grids~1{step}/get/responses/200/content")));
        assertEquals(
                Set.of("text/event-stream"), names(paths.at("/~1api~1runs~1{id}~1events/get/responses/200/content")));
        assertEquals(
                Set.of("application/json", "application/yaml"),
                names(paths.at("/~1api~1asyncapi/get/responses/200/content")));
        assertEquals(Set.of("application/json"), names(paths.at("/~1api~1runs/get/responses/200/content")));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void anErrorHasTheKeysThatAreDescribed() throws Exception {
        Set<String> described = names(openApi().at("/components/schemas/ProblemDetail/properties"));

        JsonNode mistakes = problem(400, post("", "name: ["));

        assertEquals(described, names(mistakes));
    }

    /** A client that was made from the description broke on the list of pipelines. */
    @ParameterizedTest
    @CsvSource({
        "/api/runs, /api/runs",
        "/api/runs/{id}, /api/runs/RUN",
        "/api/runs/{run}/constraints, /api/runs/RUN/constraints",
        "/api/runs/{id}/history/curves, /api/runs/RUN/history/curves",
        "/api/pipelines, /api/pipelines",
        "/api/pipelines/{name}, /api/pipelines/RUN",
        "/api/pipelines/{name}, /api/pipelines/RUN?definitions=false",
        "/api/executions, /api/executions",
        "/api/evaluators, /api/evaluators",
        "/api/audit, /api/audit",
        "/api/projects, /api/projects"
    })
    void whatIsAnsweredIsAsDescribed(String path, String asked) throws Exception {
        submit();
        // The distance of a model whose samples are not finite.
        new TrainedRun(publisher, artifacts, run).judged(200, Double.NaN).durable();
        HttpResponse<String> defined = defined();
        assertEquals(201, defined.statusCode(), defined.body());
        ObjectNode document = (ObjectNode) openApi();
        JsonNode described = document.at("/paths/" + path.replace("/", "~1") + "/get/responses/200/content")
                .path("application/json")
                .path("schema");
        assertFalse(described.isMissingNode(), path);
        ObjectNode schema = described.deepCopy();
        schema.set("components", document.get("components"));

        await().until(() -> JSON.readTree(get("/" + run).body()).hasNonNull("newestScore"));
        JsonNode answer = JSON.readTree(fetch(asked.substring(1).replace("RUN", run), "application/json")
                .body());
        assertEquals(
                List.of(),
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(schema)
                        .validate(answer)
                        .stream()
                        .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                        .toList(),
                answer.toString());
    }

    private HttpResponse<String> defined() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + "api/pipelines"))
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString("{name: " + run + ", steps: {look: {approval: Is it good}}}"))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    @Test
    void thereIsNoPageToTryItOutWith() throws Exception {
        assertEquals(404, fetch("q/swagger-ui", "*/*").statusCode());
    }

    @Test
    void theTopicsAreDescribedAsJsonAndWhereAskedForAsYaml() throws Exception {
        JsonNode expected =
                JSON.readTree(AsyncApi.document(version, kafka.servers()).toString());

        for (String accept : List.of("*/*", "application/json", "application/json, application/yaml;q=0.5")) {
            HttpResponse<String> json = fetch("api/asyncapi", accept);
            assertEquals(200, json.statusCode(), json.body());
            assertEquals("application/json", contentType(json), accept);
            assertEquals(expected, JSON.readTree(json.body()));
        }
        HttpResponse<String> yaml = fetch("api/asyncapi", "application/yaml");
        assertEquals(200, yaml.statusCode(), yaml.body());
        assertEquals("application/yaml", contentType(yaml));
        assertEquals(expected, new YAMLMapper().readTree(yaml.body()));
        assertEquals(406, fetch("api/asyncapi", "image/png").statusCode());
    }

    private static String contentType(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("").split(";")[0];
    }
}
