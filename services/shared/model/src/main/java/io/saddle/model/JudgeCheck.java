package io.saddle.model;

import io.saddle.artifact.StoreUnavailableException;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassMatch;
import io.saddle.diffusion.evaluation.TorchScriptClassifier;
import io.saddle.diffusion.evaluation.TorchScriptFeatures;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.PinnedJudges;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The check of the networks that a specification names as judges, by their descriptions: no program is run. */
final class JudgeCheck {
    private final JudgeFiles judges;
    private final SelectedData data;
    private final Findings findings;

    /** @param data without pixels: of which classes the judges are to tell apart */
    JudgeCheck(JudgeFiles judges, SelectedData data, Findings findings) {
        this.judges = judges;
        this.data = data;
        this.findings = findings;
    }

    void evaluation(RunSpec.Evaluation evaluation) {
        if (evaluation.classifier() != null) {
            classifier("evaluation.classifier", evaluation.classifier(), evaluation.reference());
        }
        for (int i = 0; i < evaluation.features().size(); i++) {
            features("evaluation.features[" + i + "]", evaluation.features().get(i));
        }
    }

    /**
     * @param prefix of the constraint's keys
     * @param evaluation whose classifier tells the classes of a constraint that names none
     */
    void constraint(String prefix, RunSpec.Constraint constraint, RunSpec.Evaluation evaluation) {
        RunSpec.Judge judge = PinnedJudges.of(constraint);
        if (judge == null) {
            if (constraint.kind().equals(ConstraintKinds.CLASS_FREQUENCY)
                    && evaluation.classifier() != null
                    && constraint.data() != null
                    && !constraint.data().equals(evaluation.reference())) {
                classifier(prefix + "data", evaluation.classifier(), constraint.data());
            }
            return;
        }
        String path = prefix + "parameters." + PinnedJudges.PARAMETERS.get(constraint.kind());
        if (constraint.kind().equals(ConstraintKinds.CLASS_FREQUENCY)) {
            classifier(path, judge, constraint.data());
        } else {
            features(path, judge);
        }
    }

    private void features(String path, RunSpec.Judge judge) {
        if (!judge.isOwn()) {
            findings.attempt(path, () -> TorchScriptFeatures.check(judges.unchanged(judge)));
        }
    }

    /** @param wanted data of the classes that are meant */
    private void classifier(String path, RunSpec.Judge judge, RunSpec.Data wanted) {
        if (judge.isOwn()) {
            return;
        }
        findings.attempt(path, () -> {
            TorchScriptFile file = judges.unchanged(judge);
            List<String> classes = TorchScriptClassifier.classes(file);
            if (!classes.isEmpty()) {
                ClassMatch.labels(file.name(), classes, ClassMatch.names(whole(wanted)));
            }
        });
    }

    /** Without an image, and so without classes, where the data itself has been said to be wrong. */
    private ImageDataSet whole(RunSpec.Data wanted) {
        try {
            return data.whole(DataSelections.toAvro(wanted));
        } catch (IOException | IllegalArgumentException e) {
            StoreUnavailableException.letThrough(e);
            return ImageDataSet.withoutPixels(new int[0], Map.of(), 1, 1, 1);
        }
    }
}
