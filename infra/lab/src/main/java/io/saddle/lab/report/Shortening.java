package io.saddle.lab.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;

/** Options of commands whose runs may be shorter than they are as a rule. */
public final class Shortening {

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Primal steps of each run that is compared, in place of what it has else.")
    private Long steps;

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "Samples of each finished model, in place of what it has else.")
    private Integer images;

    /** What the options say, of which none may be given. */
    public Shortening() {}

    /**
     * @param steps primal steps of each run; null: as specified
     * @param images samples of each finished model; null: as specified
     */
    public Shortening(Long steps, Integer images) {
        this.steps = steps;
        this.images = images;
    }

    /** Puts the steps into a run's specification, if any were given. */
    public void putSteps(ObjectNode spec) {
        if (steps != null) {
            spec.withObject("/training").put("steps", steps);
        }
    }

    /** Puts the number of samples into a run's specification, if it was given. */
    public void putImages(ObjectNode spec) {
        if (images != null) {
            spec.withObject("/evaluation").put("finalImages", images);
        }
    }
}
