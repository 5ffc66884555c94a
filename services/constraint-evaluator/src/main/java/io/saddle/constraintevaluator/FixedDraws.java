package io.saddle.constraintevaluator;

import io.saddle.diffusion.random.RandomStreams;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Seeds of draws that depend on the run's seed and a name alone: every snapshot, every instance, and a run done again draw the same; runs of
 * other seeds draw others, so that what is averaged over seeds is averaged over draws.
 */
final class FixedDraws {

    private FixedDraws() {}

    /** Of a constraint. A shadow draws what the constraint draws whose place it is to take: their difference has little noise. */
    static long seed(RunSpec spec, ConstraintDefinition definition) {
        return seed(spec, definition.getShadowOf() != null ? definition.getShadowOf() : definition.getConstraintId());
    }

    static long seed(RunSpec spec, String name) {
        CRC32 digest = new CRC32();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        return new RandomStreams(spec.seed())
                .stream("estimate", digest.getValue()).nextLong();
    }
}
