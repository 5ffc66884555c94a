package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.stack.testing.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The wall clock of every process jumps while a run trains: an hour ahead, two back, a day ahead, and right again. */
final class ClockJumps extends Scenario {

    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
            Path.of("/usr/lib64/faketime/libfaketime.so.1"));

    /** A step of the clock of every process: what it says beside the right time, and whether that is behind the step before. */
    private record Jump(String offset, boolean back) {}

    private static final List<Jump> JUMPS =
            List.of(new Jump("+1h", false), new Jump("-1h", true), new Jump("+1d", false), new Jump("+0", true));

    /** The environment of processes whose clock is set by {@link #set}. */
    static Map<String, String> environment(Path offset) throws NotHereException {
        Path library = LIBRARIES.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(
                        () -> new NotHereException(
                                "clocks are set through libfaketime, which is not installed; on Debian: apt-get install faketime"));
        // Its repair of waits on the monotonic clock lets every wait of a JVM return at once: a busy loop in each
        // thread.
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                "FAKETIME_DISABLE_SHM", "1");
    }

    ClockJumps() {
        super("clock-jumps", "the wall clock of all processes jumps: an hour ahead, two back, 25 ahead, 24 back");
    }

    @Override
    List<Claim> run(SoakStack shared) throws Exception {
        Path offset = Files.createTempFile("saddle-clock", ".offset");
        Files.writeString(offset, "+0\n");
        try (SoakStack stack =
                SoakStack.start(shared.cluster().home().folder().getParent(), environment(offset), shared::say)) {
            SoakSpec spec = SoakSpec.of("clock-jumps", 240);
            RunLog undisturbed = stack.undisturbed(spec);
            FollowedRun history = stack.submit(spec);
            long steps = 20;
            for (Jump jump : JUMPS) {
                stack.awaitSteps(history, steps);
                steps += 50;
                Path next =
                        Files.writeString(offset.resolveSibling(offset.getFileName() + ".next"), jump.offset() + "\n");
                Files.move(next, offset, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                stack.say("the clock says " + jump.offset());
                if (jump.back()) {
                    stack.await(
                            "the services to end, since their clock went back",
                            () -> stack.cluster().dead().containsAll(TestCluster.SERVICES));
                    TestCluster.SERVICES.forEach(stack.cluster()::restart);
                } else {
                    stack.killAndRestart("primal-trainer");
                }
            }
            List<Claim> claims = new ArrayList<>(Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
            long span = log(stack, spec);
            claims.add(new Claim(
                    "the records of the run show that the clock jumped",
                    span > 3_600_000L * 20,
                    span / 3_600_000 + " h between them"));
            claims.add(stack.everyServiceLives());
            return claims;
        } finally {
            Files.deleteIfExists(offset);
        }
    }

    private static long log(SoakStack stack, SoakSpec spec) {
        long[] times = RunLog.read(stack.kafka(), spec.name()).summaries().stream()
                .mapToLong(summary -> summary.getRecordedAt().toEpochMilli())
                .sorted()
                .toArray();
        return times[times.length - 1] - times[0];
    }
}
