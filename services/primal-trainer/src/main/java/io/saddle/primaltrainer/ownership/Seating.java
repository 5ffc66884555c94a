package io.saddle.primaltrainer.ownership;

import java.util.Map;

/** What {@link SeatAssignor} asks of the trainer that it is the group's voice of. Called from the thread that polls. */
interface Seating {

    /** What this trainer has and can take. */
    TrainerStanding standing();

    /**
     * Shares the runs, where this trainer is the group's leader.
     *
     * @param standings of all trainers, by the group's names for them
     * @return for each trainer its runs, with the round that gave it each
     */
    Map<String, Map<String, Long>> share(Map<String, TrainerStanding> standings);

    /**
     * Takes the runs that were given to this trainer: all that it is to have.
     *
     * @param generation of the group
     */
    void seated(Map<String, Long> runs, int generation);
}
