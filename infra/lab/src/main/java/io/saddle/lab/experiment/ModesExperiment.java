package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The question whether a run that does not wait for the multipliers of its last snapshot ends where one does that waits. */
@Command(
        name = "modes",
        description = {
            "Trains the minority example in LOCKSTEP and in PIPELINED, on the same data with the same constraints, and shows"
                    + " whether both reach the same multipliers, seed by seed, and how long each waited."
                    + " Exit code 1 unless the multipliers are the same within 5 %%."
        },
        footer = {"  ./saddle experiment modes", "  ./saddle experiment modes --seeds 5 --delay 2 --out report"})
final class ModesExperiment extends TwoWaysExperiment {

    private static final String PIPELINED = "PIPELINED";

    @Option(
            names = "--delay",
            paramLabel = "N",
            defaultValue = "1",
            description = "PIPELINED's delay in dual points (default: ${DEFAULT-VALUE}).")
    private int delay;

    ModesExperiment() {
        super(
                "modes",
                new TwoWays(
                        PIPELINED,
                        "LOCKSTEP",
                        "Training on while the last snapshot is judged: does it reach the same multipliers?",
                        "LOCKSTEP waits at each dual point for the multipliers that are computed from its snapshot; in"
                                + " PIPELINED they count dual.delay dual points later, and training goes on meanwhile."));
    }

    @Override
    protected void check() {
        atLeast("--delay", delay, 1);
        super.check();
    }

    @Override
    void settle(ObjectNode spec, String way) {
        spec.withObject("/dual").put("mode", way);
        if (way.equals(PIPELINED)) {
            spec.withObject("/dual").put("delay", delay);
        }
    }
}
