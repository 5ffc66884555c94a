package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunPhase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run that meets one fault after the other: the short form of most other scenarios. */
public final class OneOfEach extends Scenario {

    public static final String FULL_DISK = "an alert says that the disk is full";
    private static final Duration AWAY = Duration.ofSeconds(3);
    private static final int MEBIBYTES = 48;
    /** The last fault is to find it under way, on a machine with nothing else to do as well. */
    private static final long STEPS = 240;

    private final Garbage garbage;
    private final List<String> leftOut = new ArrayList<>();

    public OneOfEach(long seed) {
        super(
                "one-of-each",
                "one run: kill -9 of every process, broker and registry away, garbage, damaged files, a full disk, a standing"
                        + " evaluator, another one in its place; then a NaN loss",
                Map.of());
        this.garbage = new Garbage(Intensity.QUICK, seed);
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        leftOut.clear();
        SoakSpec spec = SoakSpec.of("one-of-each", STEPS).with("/training/batchSize", 8);
        RunLog undisturbed = stack.undisturbed(spec);
        List<Claim> claims = new ArrayList<>();
        try (SmallDisk disk = disk(stack);
                EvaluatorSwaps evaluators = EvaluatorSwaps.start(stack, spec)) {
            FollowedRun history = stack.submit(spec);
            // What has to find the run under way comes before broker and registry are away, after which what is said
            // of it may be heard late.
            evaluators.swap(history);
            killServices(stack, history, disk, claims);
            injectFaults(stack, spec, history, claims);
            RunLog log = stack.ended(spec);
            claims.addAll(Audit.likeUndisturbed(undisturbed, log, spec.steps()));
            claims.addAll(evaluators.claims(log));
            claims.add(garbage.kept(stack));
            BadRuns.notFinite(stack, claims);
        }
        claims.add(stack.everyServiceLives());
        return claims;
    }

    @Override
    List<String> leftOut() {
        return leftOut;
    }

    /** null where none can be mounted: the rest is tried all the same. */
    private SmallDisk disk(SoakStack stack) throws IOException, InterruptedException {
        try {
            return SmallDisk.mount(stack.cluster().home().data("artifacts"), MEBIBYTES);
        } catch (NotHereException e) {
            leftOut.add("a full disk: " + e.getMessage());
            stack.say("without " + leftOut.get(leftOut.size() - 1));
            return null;
        }
    }

    private void injectFaults(SoakStack stack, SoakSpec spec, FollowedRun history, List<Claim> claims)
            throws Exception {
        stack.awaitSteps(history, 20);
        stack.killAndRestart("primal-trainer");
        stack.awaitSteps(history, 35);
        garbage.send(stack);
        away(stack, "broker");
        stack.awaitSteps(history, 50);
        claims.add(DamagedFiles.damageStateStore(stack));
        registryAway(stack, spec, history);
        stack.awaitSteps(history, 70);
        claims.add(new Claim(
                "a damaged checkpoint is reported and skipped",
                true,
                DamagedFiles.damageNewestCheckpoint(stack, spec, history)));
        stack.awaitSteps(history, 85);
        stack.signal("constraint-evaluator", "STOP");
        Thread.sleep(AWAY.toMillis());
        stack.signal("constraint-evaluator", "CONT");
    }

    /** @param disk is full when the run goes on; null where there is none */
    private static void killServices(SoakStack stack, FollowedRun history, SmallDisk disk, List<Claim> claims)
            throws IOException, InterruptedException {
        stack.awaitSteps(history, 40);
        List<String> processes = List.of("fid-evaluator", "console", "constraint-evaluator");
        processes.forEach(stack.cluster()::kill);
        if (disk != null) {
            disk.fill();
            stack.say("the disk is full");
        }
        // The last to come back is the one that the run waits for: it has not ended before, however fast it goes.
        processes.forEach(stack.cluster()::restart);
        if (disk != null) {
            claims.add(new Claim(
                    FULL_DISK,
                    true,
                    stack.awaitAlert(history, AlertKind.DISK_FULL).getMessage()));
            disk.free();
        }
    }

    /**
     * The run is paused before the registry is back: without it nobody hears how far the run is, and a fast machine would end it
     * before the faults that are to come.
     */
    private static void registryAway(SoakStack stack, SoakSpec spec, FollowedRun history) throws InterruptedException {
        stack.say("registry away for " + AWAY.toSeconds() + " s");
        stack.cluster().kill("registry");
        Thread.sleep(AWAY.toMillis());
        stack.control(spec, "pause");
        stack.cluster().restart("registry");
        stack.await("the run to pause", () -> SoakStack.phase(history) == RunPhase.PAUSED);
        stack.say("paused after step " + history.summaries().size());
        stack.control(spec, "resume");
    }

    private static void away(SoakStack stack, String process) throws InterruptedException {
        stack.say(process + " away for " + AWAY.toSeconds() + " s");
        stack.cluster().kill(process);
        Thread.sleep(AWAY.toMillis());
        stack.cluster().restart(process);
    }
}
