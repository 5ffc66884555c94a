package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The broker's disk fills up: a broker gives up then. It is started again once there is room. */
final class FullBrokerDisk extends Scenario {

    private static final String BROKER = "broker";
    /** Kafka lays out index files of 10 MB a partition, sparsely. */
    private static final int MEBIBYTES = 256;

    FullBrokerDisk() {
        super(
                "full-disk-broker",
                "no byte free under the broker until it gives up, then room, and the broker again",
                Map.of());
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        SoakSpec spec = SoakSpec.of("full-broker", 240);
        RunLog undisturbed = stack.undisturbed(spec);
        Path data = stack.cluster().home().data(BROKER);
        stack.cluster().stop(BROKER);
        try (SmallDisk disk = SmallDisk.mount(data, MEBIBYTES)) {
            stack.cluster().restart(BROKER);
            FollowedRun history = stack.submit(spec);
            stack.awaitSteps(history, 40);
            disk.fill();
            stack.say("the broker's disk is full");
            stack.await("the broker to give up", () -> {
                try {
                    disk.fill();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return stack.cluster().dead().contains(BROKER);
            });
            disk.free();
            stack.say("the broker has given up; the disk has room again");
            stack.cluster().restart(BROKER);
            List<Claim> claims = new ArrayList<>(Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
            claims.add(stack.everyServiceLives());
            return claims;
        }
    }
}
