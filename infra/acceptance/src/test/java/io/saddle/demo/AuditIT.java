package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.Saddle;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.SharedStack;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The audit by the command line, over the processes of a whole stack. */
public class AuditIT {

    private static final TestCluster CLUSTER = SharedStack.cluster();
    private static final String RUN = "audited";

    @TempDir
    Path temporary;

    private record Said(int exitCode, String out, String err) {}

    private static Said saddle(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Saddle.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Said(command.execute(arguments), out.toString(), err.toString());
    }

    private static Said audit(String... arguments) {
        List<String> all = new ArrayList<>(List.of("audit"));
        all.addAll(List.of(arguments));
        all.add("--bootstrap=" + CLUSTER.bootstrapServers());
        all.add("--registry=" + CLUSTER.registryUrl());
        return saddle(all.toArray(String[]::new));
    }

    private static void assertDone(Said said) {
        assertEquals(0, said.exitCode(), said::toString);
    }

    @Test
    void whoeverChangesSomethingIsToldOfAndAnEntryThatIsAnotherNowIsFound() throws Exception {
        Path file = Files.writeString(temporary.resolve("run.yaml"), TinyRun.withoutConstraints(RUN));
        String console = "--console=" + CLUSTER.consoleUrl();
        assertDone(saddle("run", "submit", file.toString(), console));
        assertDone(saddle("run", "stop", RUN, "--reason", "only a trial", console));

        Said before = audit("check");
        assertDone(before);
        Path heads = Files.writeString(temporary.resolve("heads.txt"), before.out());
        assertDone(audit("check", "--expect", heads.toString()));
        List<String> lines = audit("list", "--subject", RUN).out().lines().toList();
        String stopped = lines.get(lines.size() - 1);
        assertTrue(
                stopped.contains(
                        System.getProperty("user.name")
                                + "  changed runs audited: desiredState RUNNING -> STOPPED (only a trial)  from 127.0.0.1  by saddle"),
                stopped);

        // An entry that was kept and is another one now: who forges a chain has to forge all of it.
        String head = before.out()
                .lines()
                .filter(line -> line.length() > 10)
                .findFirst()
                .orElseThrow();
        Files.writeString(heads, before.out().replace(head, head.substring(0, head.length() - 64) + "0".repeat(64)));
        Said after = audit("check", "--expect", heads.toString());
        assertEquals(1, after.exitCode(), after::toString);
        assertTrue(after.err().contains("is not the one that was kept"), after.err());

        // As a full disk leaves it: nothing was compared, and all was well.
        Files.writeString(heads, "");
        Said nothing = audit("check", "--expect", heads.toString());
        assertEquals(4, nothing.exitCode(), nothing::toString);
        assertTrue(nothing.err().contains("it is cut off"), nothing.err());
    }
}
