package io.saddle.run.spec;

import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.TrainingRun;
import java.util.List;

/**
 * The records that bring a run into the world.
 *
 * @param run its first revision
 * @param constraints first version of each of its constraints; to be published before {@code run}
 */
public record Submission(TrainingRun run, List<ConstraintDefinition> constraints) {}
