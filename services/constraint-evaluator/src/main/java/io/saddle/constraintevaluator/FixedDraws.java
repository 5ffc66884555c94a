package io.saddle.constraintevaluator;

import io.saddle.schema.ConstraintDefinition;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Seeds of draws that depend on a name alone: every snapshot, every instance, and a run done again draw the same. */
final class FixedDraws {

    private FixedDraws() {}

    /** Of a constraint. A shadow draws what the constraint draws whose place it is to take: their difference has little noise. */
    static long seed(ConstraintDefinition definition) {
        return seed(definition.getShadowOf() != null ? definition.getShadowOf() : definition.getConstraintId());
    }

    static long seed(String name) {
        CRC32 digest = new CRC32();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        return digest.getValue();
    }
}
