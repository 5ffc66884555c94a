package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.AlertKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The disk under the artifact store fills up while a run writes checkpoints and snapshots, and is freed again. */
final class FullDisk extends Scenario {

    private static final int MEBIBYTES = 48;

    FullDisk() {
        super(
                "full-disk-artifacts",
                "no byte free under checkpoints and snapshots until the alert, then room again",
                Map.of());
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        Path artifacts = stack.cluster().home().data("artifacts");
        SoakSpec spec = SoakSpec.of("full-disk", 240);
        RunLog undisturbed = stack.undisturbed(spec);
        try (SmallDisk disk = SmallDisk.mount(artifacts, MEBIBYTES)) {
            FollowedRun history = stack.submit(spec);
            stack.awaitSteps(history, 40);
            disk.fill();
            stack.say("the disk is full");
            String message = stack.awaitAlert(history, AlertKind.DISK_FULL).getMessage();
            disk.free();
            stack.say("the disk has room again");
            List<Claim> claims = new ArrayList<>();
            claims.add(new Claim("an alert says that the disk is full", true, message));
            claims.addAll(Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
            claims.add(stack.everyServiceLives());
            return claims;
        }
    }
}
