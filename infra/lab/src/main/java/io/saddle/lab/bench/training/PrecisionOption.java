package io.saddle.lab.bench.training;

import io.saddle.diffusion.network.Precision;
import picocli.CommandLine.Option;

/** The precision in which a bench trains. */
final class PrecisionOption {

    @Option(names = "--precision", paramLabel = "NAME", description = "${COMPLETION-CANDIDATES} (default: the run's).")
    private Precision precision;

    /** The one that was asked for, else that of the subject's run. */
    Precision of(TrainingSubject subject) {
        return precision == null ? subject.settings().precision() : precision;
    }
}
