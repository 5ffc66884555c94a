package io.saddle.cli.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ConsoleClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes one constraint of a run. */
abstract class ConstraintChangeCommand extends ConstraintEditCommand {

    @Parameters(index = "1", paramLabel = "ID", description = "The constraint.")
    private String id;

    @Option(
            names = "--version-seen",
            paramLabel = "N",
            description = "Only if the constraint is still at this version; otherwise nothing is changed.")
    private Integer version;

    /** The console's name of this change. */
    String action() {
        return command().name();
    }

    /** Puts in what this change says beyond who, why and of which version. */
    abstract void fill(ObjectNode request);

    @Override
    JsonNode change(ConsoleClient console, String run, String by, String reason) {
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put("by", by)
                .put("reason", reason)
                .put("version", version);
        fill(request);
        return console.changeConstraint(run, id, action(), request);
    }

    /** Another threshold. */
    @Command(
            name = "set-threshold",
            description = "Sets the threshold, in the terms of the definition: a loss, or delta where it is relative.",
            footer = "  ./saddle constraint set-threshold my-run digit-4 0.05 --reason 'too lax'")
    static final class SetThreshold extends ConstraintChangeCommand {

        @Parameters(index = "2", paramLabel = "VALUE", description = "The new threshold, >= 0.")
        private double threshold;

        @Override
        String action() {
            return "threshold";
        }

        @Override
        void fill(ObjectNode request) {
            request.put("threshold", threshold);
        }
    }

    /** A second evaluator beside the first. */
    @Command(
            name = "shadow",
            description =
                    "Lets another evaluator measure the same requirement beside the one in force; its estimates are shown"
                            + " and move nothing.",
            footer = "  ./saddle constraint shadow my-run digit-4 --evaluator node-denoising-loss")
    static final class Shadow extends ConstraintChangeCommand {

        @Option(names = "--evaluator", required = true, paramLabel = "NAME", description = "Who measures.")
        private String evaluator;

        @Option(names = "--as", paramLabel = "ID", description = "Name of the shadow (default: ID.EVALUATOR).")
        private String as;

        @Override
        void fill(ObjectNode request) {
            request.put("evaluator", evaluator);
            request.put("as", as);
        }
    }

    /** A shadow takes over. */
    @Command(
            name = "promote",
            description = "Puts a shadow in the place of its constraint, from the next dual step on.",
            footer = {
                "  ./saddle constraint promote my-run digit-4.node-denoising-loss",
                "  ./saddle constraint promote my-run digit-4.node-denoising-loss --handover RESET"
            })
    static final class Promote extends ConstraintChangeCommand {

        /** The future of the multiplier. */
        enum Handover {
            KEEP,
            RESET
        }

        @Option(
                names = "--handover",
                defaultValue = "KEEP",
                description = "KEEP: the multiplier carries on. RESET: it starts at initialMultiplier again (default:"
                        + " ${DEFAULT-VALUE}).")
        private Handover handover;

        @Override
        void fill(ObjectNode request) {
            request.put("handover", handover.name());
        }
    }

    /** The end of a requirement. */
    @Command(
            name = "retire",
            description = "Ends a requirement, or a shadow. Its multiplier is 0 at once, or decays.",
            footer = {
                "  ./saddle constraint retire my-run digit-4",
                "  ./saddle constraint retire my-run digit-4 --decay 0.8"
            })
    static final class Retire extends ConstraintChangeCommand {

        @Option(
                names = "--decay",
                paramLabel = "FACTOR",
                description = "What the multiplier is multiplied with in each dual step until it is 0, in (0, 1).")
        private Double decay;

        @Override
        void fill(ObjectNode request) {
            request.put("decay", decay);
        }
    }
}
