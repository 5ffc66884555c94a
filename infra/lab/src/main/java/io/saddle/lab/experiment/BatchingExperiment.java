package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;

/** The question whether batches drawn from the mixture lead to the multipliers that the weighted sum of all sources' batches leads to. */
@Command(
        name = "batching",
        description = {
            "Trains the minority example with mixture and with weighted-sum batching, on the same data with the same"
                    + " constraints, and shows whether both reach the same multipliers, seed by seed."
                    + " Weighted-sum computes a batch of every source: with three constraints its steps take about four"
                    + " times as long. Exit code 1 unless the multipliers are the same within 5 %%."
        },
        footer = {"  ./saddle experiment batching", "  ./saddle experiment batching --steps 1600 --seeds 5 --out report"
        })
final class BatchingExperiment extends TwoWaysExperiment {

    BatchingExperiment() {
        super(
                "batching",
                new TwoWays(
                        "mixture",
                        "weighted-sum",
                        "Two ways to batch: do they reach the same multipliers?",
                        "mixture draws one batch from all sources by mixture weight; weighted-sum computes a batch of every"
                                + " source and adds the losses up with the multipliers as weights. Both estimate the same"
                                + " gradient. In LOCKSTEP."));
    }

    @Override
    void settle(ObjectNode spec, String way) {
        spec.withObject("/training").put("batching", way);
    }
}
