package io.saddle.cli.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.terminal.CommandException;
import io.saddle.schema.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardTrackerTest {

    @TempDir
    Path logs;

    private TensorBoardTracker open() {
        return TensorBoardTracker.open(logs, MadeRecords.run("r"));
    }

    private static List<Scalar> points(long... steps) {
        return Arrays.stream(steps)
                .mapToObj(step -> new Scalar("loss/objective", new ReadPosition(step, 1000 * step), step))
                .toList();
    }

    private List<String> losses() throws IOException {
        return EventFileContents.of(logs.resolve("r")).points("loss/objective");
    }

    private List<Path> files() throws IOException {
        return EventFileContents.files(logs.resolve("r"));
    }

    @Test
    void pointsOfOneRecordShareAnEvent() throws IOException {
        ReadPosition at = new ReadPosition(1, 1_500);
        try (TensorBoardTracker tracker = open()) {
            assertEquals(2, tracker.write(List.of(new Scalar("a/x", at, 0.5), new Scalar("a/y", at, 0.25))));
        }
        EventFileContents contents = EventFileContents.of(logs.resolve("r"));
        assertEquals(List.of("1@1.5=0.5"), contents.points("a/x"));
        assertEquals(List.of("1@1.5=0.25"), contents.points("a/y"));
        assertEquals(3, contents.events(), "version, specification, points");
        assertEquals(List.of("brain.Event:2"), contents.versions());
    }

    @Test
    void theSpecificationIsATextOnce() throws IOException {
        open().close();
        open().close();
        List<String> texts = EventFileContents.of(logs.resolve("r")).texts("spec");
        assertEquals(1, texts.size());
        assertTrue(texts.get(0).contains("\"batchSize\" : 64"), texts.get(0));
        assertTrue(texts.get(0).lines().allMatch(line -> line.startsWith("    ")), "Markdown leaves it as it is");
        assertEquals(1, files().size(), "nothing new, no file");
    }

    @Test
    void startedAgainItRepeatsNothing() throws IOException {
        try (TensorBoardTracker tracker = open()) {
            tracker.write(points(1, 2));
        }
        try (TensorBoardTracker tracker = open()) {
            assertEquals(1, tracker.write(points(1, 2, 3)));
            assertEquals(0, tracker.write(points(2, 3)));
        }
        assertEquals(List.of("1@1.0=1.0", "2@2.0=2.0", "3@3.0=3.0"), losses());
        assertEquals(2, files().size());
    }

    @Test
    void whatAKillToreIsWrittenAgain() throws IOException {
        try (TensorBoardTracker tracker = open()) {
            tracker.write(points(1, 2));
        }
        Path first = files().get(0);
        byte[] bytes = Files.readAllBytes(first);
        Files.write(first, Arrays.copyOf(bytes, bytes.length - 3));
        try (TensorBoardTracker tracker = open()) {
            assertEquals(2, tracker.write(points(1, 2, 3)));
        }
        assertEquals(List.of("1@1.0=1.0", "2@2.0=2.0", "3@3.0=3.0"), losses());
    }

    @Test
    void aNewFileComesAfterThoseThatAreThereWhateverTheClockSays() throws IOException {
        Path folder = Files.createDirectories(logs.resolve("r"));
        Files.createFile(folder.resolve("events.out.tfevents.9000000000.elsewhere.1.0"));
        open().close();
        String name = files().get(1).getFileName().toString();
        assertTrue(name.startsWith("events.out.tfevents.9000000001."), name);
    }

    @Test
    void aSecondTrackerOfTheRunIsRefused() {
        try (TensorBoardTracker tracker = open()) {
            CommandException refused = assertThrows(CommandException.class, this::open);
            assertTrue(refused.getMessage().contains("another './saddle track' writes to " + tracker.place()));
        }
        open().close();
    }

    /** Two clusters have each a run of this name, or one stack that was set up anew. */
    @Test
    void aFolderOfARunOfThisNameSubmittedAtAnotherTimeIsRefused() throws IOException {
        open().close();
        TrainingRun other = MadeRecords.run("r", Instant.ofEpochMilli(2000));
        for (int time = 0; time < 2; time++) {
            CommandException refused = assertThrows(CommandException.class, () -> TensorBoardTracker.open(logs, other));
            assertEquals(
                    "--tensorboard: " + logs.resolve("r") + " holds another run of this name, submitted at"
                            + " 1970-01-01T00:00:01Z and not at 1970-01-01T00:00:02Z; choose another folder, or move"
                            + " that one away",
                    refused.getMessage());
        }
        try (TensorBoardTracker tracker = open()) {
            assertEquals(1, tracker.write(points(1)), "its own run goes on");
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Files.createFile(logs.resolve("r"));
        CommandException refused = assertThrows(CommandException.class, this::open);
        assertTrue(refused.getMessage().contains(logs.resolve("r") + " cannot be used"), refused.getMessage());
        assertTrue(refused.getMessage().contains("name a folder that can be written"), refused.getMessage());
    }
}
