package io.saddle.pipeline.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.run.spec.Problem;
import java.util.List;

/** The check of a run's specification in a definition against what its schema cannot tell. */
@FunctionalInterface
public interface RunCheck {

    /**
     * What is wrong with it, each with its place in the specification.
     *
     * @param specification with a name; what refers to other steps is left out
     * @param knowsModel whether all that determines the network stands in it: else it is that of a model which another step makes
     */
    List<Problem> problems(ObjectNode specification, boolean knowsModel);
}
