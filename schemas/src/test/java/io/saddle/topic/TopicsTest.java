package io.saddle.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicsTest {

    private static final Path AVRO = Path.of("src", "main", "avro");
    private static final Path SERVICES = Path.of("..", "services");
    private static final Pattern NAMED = Pattern.compile("Topic (saddle\\.[a-z-]+)");
    private static final Pattern KEY = Pattern.compile(", key ([A-Za-z/@]+)[,.:]");

    @Test
    void everySchemaFileThatNamesATopicIsThatTopicsValue() throws IOException {
        Set<String> inFiles = new TreeSet<>();
        try (Stream<Path> files = Files.list(AVRO)) {
            for (Path file : files.toList()) {
                JsonNode schema = new ObjectMapper().readTree(file.toFile());
                String name = schema.get("name").asText();
                assertEquals(name + ".avsc", file.getFileName().toString());
                Matcher topic = NAMED.matcher(schema.get("doc").asText());
                if (topic.find()) {
                    inFiles.add(topic.group(1) + " " + schema.get("namespace").asText() + "." + name);
                }
            }
        }

        assertEquals(
                inFiles,
                Topics.all().stream()
                        .map(topic -> topic.name() + " " + topic.valueType().getName())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void aRecordsDocSaysWhetherItsTopicIsCompacted() {
        for (Topic<?> topic : Topics.all()) {
            assertEquals(topic.compact(), topic.schema().getDoc().contains("compacted"), topic.name());
        }
    }

    @Test
    void aRecordsDocSaysItsTopicsKey() {
        for (Topic<?> topic : Topics.all()) {
            String doc = topic.schema().getDoc();
            Matcher key = KEY.matcher(doc);
            assertTrue(key.find(), doc);
            assertEquals(topic.key(), key.group(1), topic.name());
        }
    }

    @Test
    void everyTopicIsWrittenAndReadByServicesThatThereAreOrByAPerson() {
        for (Topic<?> topic : Topics.all()) {
            assertFalse(topic.writers().isEmpty(), topic.name());
            assertFalse(topic.readers().isEmpty(), topic.name());
            Stream.of(topic.writers(), topic.readers(), topic.rebuilders())
                    .flatMap(List::stream)
                    .filter(party -> !party.equals(AccessRules.OPERATOR))
                    .forEach(service -> assertTrue(
                            Files.isDirectory(SERVICES.resolve(service)), topic.name() + ": no service " + service));
        }
    }

    @Test
    void everyTopicHasAConstantAndEveryConstantATopic() throws IllegalAccessException {
        Set<Topic<?>> constants = new HashSet<>();
        for (var field : Topics.class.getDeclaredFields()) {
            if (field.getType() == Topic.class && Modifier.isPublic(field.getModifiers())) {
                constants.add((Topic<?>) field.get(null));
            }
        }
        assertEquals(constants, new HashSet<>(Topics.all()));
    }

    @Test
    void allTopicsHaveTheSamePartitionsAndADeadLetterTopicOfTheirOwn() {
        assertEquals(1, Topics.all().stream().map(Topic::partitions).distinct().count());
        assertEquals(
                Topics.all().size(),
                Topics.all().stream().map(Topic::deadLetterName).distinct().count());
        for (Topic<?> topic : Topics.all()) {
            assertEquals(topic.name() + ".dlq", topic.deadLetterName());
            assertEquals(topic.name() + "-value", topic.subject());
            assertTrue(topic.compact() || topic.retentionDays() > 0 || topic.retentionDays() == -1, topic.name());
        }
    }

    @Test
    void theMultipliersAreKeptForEver() {
        assertEquals(-1, Topics.MULTIPLIERS.retentionDays());
        assertEquals(false, Topics.MULTIPLIERS.compact());
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThatThereAre() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Topics.named("saddle.nothing"));

        assertTrue(e.getMessage().contains("saddle.multipliers"), e::getMessage);
        assertEquals(Topics.RUNS, Topics.named("saddle.runs"));
    }

    @Test
    void theHistoryHoldsNothingButTheTopicsSubjects() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src", "history"))) {
            assertEquals(
                    Topics.all().stream().map(Topic::subject).collect(Collectors.toSet()),
                    folders.map(folder -> folder.getFileName().toString()).collect(Collectors.toSet()));
        }
    }
}
