package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunPhase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bytes of a run's files are lost on the disk while the service that reads them is down. */
final class DamagedFiles extends Scenario {

    DamagedFiles() {
        super(
                "damaged-files",
                "newest checkpoint, a snapshot under way and the dual updater's state store overwritten");
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        List<Claim> claims = new ArrayList<>();
        checkpoint(stack, claims);
        snapshot(stack, claims);
        stateStore(stack, claims);
        return claims;
    }

    private static void checkpoint(SoakStack stack, List<Claim> claims) throws Exception {
        SoakSpec spec = SoakSpec.of("damaged-checkpoint", 240);
        RunLog undisturbed = stack.undisturbed(spec);
        FollowedRun history = stack.submit(spec);
        stack.awaitSteps(history, 90);
        String message = damageNewestCheckpoint(stack, spec, history);
        claims.add(new Claim("checkpoint: it is reported and skipped", true, message));
        add(claims, "checkpoint", Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
    }

    /** The evaluator is down when the snapshot is announced, so that it reads the damaged one. */
    private static void snapshot(SoakStack stack, List<Claim> claims) throws Exception {
        SoakSpec spec = SoakSpec.of("damaged-snapshot", 240);
        RunLog undisturbed = stack.undisturbed(spec);
        FollowedRun history = stack.submit(spec);
        stack.awaitSteps(history, 40);
        stack.cluster().stop("constraint-evaluator");
        long steps = history.summaries().size();
        stack.await("the run to stand still", () -> SoakStack.phase(history) == RunPhase.WAITING_FOR_MULTIPLIERS);
        Path newest = Damage.last(folder(stack, spec).resolve("snapshots/raw"), ".safetensors")
                .orElseThrow();
        Damage.to(newest);
        stack.say("damaged the snapshot " + newest.getParent().getParent().getFileName() + ", after step " + steps);
        stack.cluster().restart("constraint-evaluator");
        RunLog log = stack.ended(spec);
        Optional<String> reported = log.alerts().stream()
                .filter(alert -> alert.getKind() == AlertKind.DAMAGED_ARTIFACT)
                .map(alert -> alert.getMessage())
                .findFirst();
        claims.add(new Claim("snapshot: it is reported", reported.isPresent(), reported.orElse("no alert")));
        add(claims, "snapshot", Audit.likeUndisturbed(undisturbed, log, spec.steps()));
    }

    private static void stateStore(SoakStack stack, List<Claim> claims) throws Exception {
        SoakSpec spec = SoakSpec.of("damaged-state", 240);
        RunLog undisturbed = stack.undisturbed(spec);
        FollowedRun history = stack.submit(spec);
        stack.awaitSteps(history, 60);
        claims.add(damageStateStore(stack));
        add(claims, "state store", Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
    }

    /** While the trainer is down; gives what the alert says when it is there again. */
    static String damageNewestCheckpoint(SoakStack stack, SoakSpec spec, FollowedRun history) throws Exception {
        stack.cluster().kill("primal-trainer");
        Path newest = Damage.last(folder(stack, spec).resolve("checkpoints"), "state.safetensors")
                .orElseThrow();
        Damage.to(newest);
        stack.say("damaged " + newest.getParent().getFileName());
        stack.cluster().restart("primal-trainer");
        return stack.awaitAlert(history, AlertKind.DAMAGED_ARTIFACT).getMessage();
    }

    /** While the dual updater is down. */
    static Claim damageStateStore(SoakStack stack) throws Exception {
        stack.cluster().kill("dual-updater");
        List<Path> files = Damage.lastFirst(stack.cluster().home().data("dual-updater"), "").stream()
                .filter(DamagedFiles::isOfRocksDb)
                .toList();
        for (Path file : files) {
            Damage.to(file);
        }
        stack.say("damaged " + files.size() + " files of the state store");
        stack.cluster().restart("dual-updater");
        return new Claim("there were files of the state store to damage", !files.isEmpty(), files.size() + " files");
    }

    private static boolean isOfRocksDb(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".sst") || name.endsWith(".log") || name.startsWith("MANIFEST");
    }

    private static Path folder(SoakStack stack, SoakSpec spec) {
        return stack.cluster().home().data("artifacts").resolve(spec.name());
    }

    private static void add(List<Claim> claims, String part, List<Claim> more) {
        more.forEach(claim -> claims.add(new Claim(part + ": " + claim.what(), claim.held(), claim.seen())));
    }
}
