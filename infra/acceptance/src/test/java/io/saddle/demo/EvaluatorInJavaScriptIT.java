package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.lab.demo.NodeEvaluator;
import io.saddle.lab.demo.SwapDemo;
import io.saddle.lab.report.OwnRuns;
import io.saddle.stack.Distribution;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.testing.NodeJs;
import io.saddle.tool.SharedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of an evaluator outside Java: it computes what it should, and takes a constraint over while a run trains. */
public class EvaluatorInJavaScriptIT {

    private static final long PATIENCE_MINUTES = 5;
    private static final Path ROOT = Distribution.locate().root();

    @TempDir
    private Path folder;

    @BeforeEach
    void assumeNode() throws Exception {
        Optional<String> missing = NodeJs.missing();
        assumeTrue(missing.isEmpty(), () -> missing.get() + ": the evaluator in JavaScript was not tried");
    }

    private void run(String... command) throws IOException, InterruptedException {
        Path log = folder.resolve(command[0] + ".log");
        Process process = new ProcessBuilder(command)
                .directory(ROOT.resolve("infra/examples/node-evaluator").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertTrue(ended, String.join(" ", command) + " did not end: " + Files.readString(log));
        assertEquals(0, process.exitValue(), Files.readString(log));
    }

    @Test
    void itsNetworkAndItsLossAgreeWithTheGoldenNumbers() throws Exception {
        NodeEvaluator.install(
                ROOT.resolve("infra/examples/node-evaluator"),
                LocalSettings.load(new Home(folder), Map.of(), Map.of()),
                System.out::println);
        run("node", "--test");
    }

    @Test
    void itTakesAConstraintOverWhileTheRunTrains() throws Exception {
        // The demo itself says what had to be found and was not.
        assertTrue(new SwapDemo(
                        new OwnRuns(new ConsoleClient(SharedStack.cluster().settings())),
                        SharedStack.cluster().settings(),
                        ROOT,
                        folder,
                        new SwapDemo.Pace(240, 2, 3, 32),
                        System.out::println)
                .run());
        assertTrue(Files.size(folder.resolve("swap.html")) > 0);
    }
}
