package io.saddle.cli.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.saddle.cli.Saddle;
import io.saddle.model.data.DataRoots;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

class TaskKindTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path WORK = Path.of("task-of-a-worker");

    private static JsonNode parameters(TaskKind kind) {
        return PipelineParser.schema().at("/$defs/step/properties/" + kind.title() + "/properties");
    }

    /** Each parameter with a value of its own. */
    private static ObjectNode everything(TaskKind kind) {
        ObjectNode told = JSON.createObjectNode();
        parameters(kind).properties().forEach(parameter -> {
            String name = parameter.getKey();
            JsonNode type = parameter.getValue().path("type");
            switch (type.isArray() ? type.get(0).asText() : type.asText()) {
                case "integer" -> told.put(name, 3);
                case "number" -> told.put(name, 0.5);
                case "boolean" -> told.put(name, true);
                default ->
                    told.put(
                            name,
                            List.of("element", "precision", "filter", "background")
                                            .contains(name)
                                    ? Map.of(
                                                    "element",
                                                    "float32",
                                                    "precision",
                                                    "bf16",
                                                    "filter",
                                                    "bilinear",
                                                    "background",
                                                    "black")
                                            .get(name)
                                    : "the-" + name);
            }
        });
        return told;
    }

    /** What a pipeline may say is what the command takes, all of it. */
    @ParameterizedTest
    @EnumSource(TaskKind.class)
    void everyParameterOfThePipelineReachesACommand(TaskKind kind) {
        ObjectNode told = everything(kind);
        List<List<String>> commands = kind.commands(told, WORK).stream()
                .map(command -> command.words(List.of("--home=/h"), List.of("--bootstrap=b:1")))
                .toList();
        for (List<String> words : commands) {
            ParseResult parsed = Saddle.commandLine().parseArgs(words.toArray(String[]::new));
            assertTrue(parsed.errors().isEmpty(), () -> words + " " + parsed.errors());
        }
        String all = commands.stream().flatMap(List::stream).collect(Collectors.joining(" "));
        told.properties().stream()
                .filter(parameter -> !parameter.getValue().isBoolean())
                .forEach(parameter -> assertTrue(
                        all.contains(parameter.getValue().asText()), () -> parameter.getKey() + " is not in " + all));
        assertEquals(told.has("means"), all.contains("--means"));
    }

    @Test
    void whatAPipelineSaysIsNeverAnOption() throws Exception {
        JsonNode told = JSON.readTree("{\"source\":\"--help\",\"name\":\"x\"}");
        List<String> words = TaskKind.DATA.commands(told, WORK).get(0).words(List.of(), List.of());
        assertEquals(List.of("data", "import", "--name=x", "--must-announce", "--json", "--", "--help"), words);
    }

    /** Its step was done, and nobody had been told of the data set. */
    @ParameterizedTest
    @EnumSource(names = {"DATA", "ENCODE"})
    void aDataSetThatCannotBeAnnouncedIsNotDone(TaskKind kind) {
        List<String> words = kind.commands(everything(kind), WORK).get(0).words(List.of(), List.of());
        assertTrue(words.contains("--must-announce"), words.toString());
    }

    /** A table of attributes tells its columns where one is missing: any file's first line would have come out so. */
    @Test
    void aTaskNamesPathsUnderTheRootsThatServicesGoBy(@TempDir Path home) throws Exception {
        JsonNode told =
                JSON.readTree("{\"source\": \"/import/a\", \"attributes\": \"/run/secrets/x\", \"name\": \"x\"}");
        assertEquals(List.of("/import/a", "/run/secrets/x"), TaskKind.DATA.paths(told));
        LocalSettings settings = LocalSettings.load(new Home(home), Map.of(), Map.of());
        DataRoots roots = TaskPlaces.of("/import", settings).roots();
        assertEquals(Path.of("/import/a"), roots.path("/import/a"));
        assertEquals(home.resolve("a"), roots.path(home.resolve("a").toString()));
        assertThrows(IOException.class, () -> roots.path("/run/secrets/x"));
        assertEquals(
                Path.of("/run/secrets/x"), TaskPlaces.of(null, settings).roots().path("/run/secrets/x"));
    }

    /** Put there, it was the newest model of a run that others own, and whoever exported that run had it instead. */
    @Test
    void nothingIsExportedIntoTheArtifactStore(@TempDir Path home) throws Exception {
        LocalSettings settings = LocalSettings.load(new Home(home), Map.of(), Map.of());
        Path store = Files.createDirectories(Path.of(settings.artifactsRoot()));
        Files.createSymbolicLink(home.resolve("link"), store);
        for (String roots : new String[] {null, "/import"}) {
            TaskPlaces places = TaskPlaces.of(roots, settings);
            for (String out :
                    List.of("data/artifacts/run/snapshots/ema/step-9999999999", "data/x/../artifacts", "link/x")) {
                Path target = home.resolve(out);
                IOException refused = assertThrows(
                        IOException.class, () -> places.require(List.of(target.toString()), Optional.of(target)));
                assertTrue(refused.getMessage().contains("lies in the artifact store"), refused.getMessage());
            }
            Path beside = home.resolve("data/artifacts-of-mine");
            places.require(List.of(beside.toString(), store.resolve("run/x").toString()), Optional.of(beside));
        }
    }

    /** The command line took the words of that file in its place, and said on the topic which of them it did not know. */
    @ParameterizedTest
    @EnumSource(TaskKind.class)
    void whatAPipelineSaysIsNeverTheContentOfAFile(TaskKind kind, @TempDir Path folder) throws Exception {
        String file = "@" + Files.writeString(folder.resolve("secret"), "--s3cret password=hunter2");
        ObjectNode told = everything(kind);
        told.properties().stream()
                .filter(parameter -> parameter.getValue().asText().startsWith("the-"))
                .forEach(parameter -> parameter.setValue(TextNode.valueOf(file)));
        for (ChildCommand command : kind.commands(told, WORK)) {
            String[] words = command.words(List.of(), List.of()).toArray(String[]::new);
            String taken;
            try {
                ParseResult parsed = Saddle.commandLine().parseArgs(words);
                taken = parsed.subcommand().originalArgs().toString();
            } catch (ParameterException e) {
                taken = e.getMessage();
            }
            assertTrue(taken.contains(file) && !taken.contains("hunter2"), taken);
        }
    }

    @Test
    void theAnswersOfTheCommandsBecomeOutputs() throws Exception {
        JsonNode set = JSON.readTree("{\"name\":\"cats\",\"version\":2,\"images\":50,\"columns\":{}}");
        assertEquals(Map.of("dataset", "cats@2", "images", "50"), TaskKind.ENCODE.outputs(set, set));
        JsonNode distance = JSON.readTree("{\"fid\":12.5,\"kid\":{\"value\":0.25},\"manifold\":{\"precision\":0.75,"
                + "\"recall\":0.5},\"floor\":{\"fid\":1.5},\"a\":{\"features\":\"small-cnn\"}}");
        assertEquals(
                Map.of(
                        "frechet",
                        "12.5",
                        "network",
                        "small-cnn",
                        "kid",
                        "0.25",
                        "precision",
                        "0.75",
                        "recall",
                        "0.5",
                        "floor",
                        "1.5"),
                TaskKind.JUDGE.outputs(distance, distance));
        JsonNode ofStatistics = JSON.readTree("{\"fid\":12.5}");
        assertEquals(Map.of("frechet", "12.5"), TaskKind.JUDGE.outputs(ofStatistics, ofStatistics));
    }

    @Test
    void aJudgementSaysWhatItsDistanceMustBeReadWith() throws Exception {
        JsonNode told = JSON.readTree("{\"run\":\"pets-7\"}");
        JsonNode answer = JSON.readTree("{\"fid\":12.5,\"notes\":[\"N differs (10 and 20)\","
                + "\"biased: task-of-a-worker/samples has fewer samples (10) than dimensions (64)\"]}");
        assertEquals(
                "N differs (10 and 20); biased: pets-7 has fewer samples (10) than dimensions (64)",
                TaskKind.JUDGE.message(told, answer, WORK));
        assertEquals("", TaskKind.JUDGE.message(told, JSON.readTree("{\"fid\":12.5,\"notes\":[]}"), WORK));
        assertEquals("", TaskKind.DATA.message(told, JSON.readTree("{\"name\":\"cats\"}"), WORK));
    }

    @Test
    void kindsOfOthersAreLeftToThem() {
        assertEquals(
                List.of(TaskKind.EXPORT),
                Stream.of("run", "my-upload", "export")
                        .flatMap(name -> TaskKind.of(name).stream())
                        .toList());
    }
}
