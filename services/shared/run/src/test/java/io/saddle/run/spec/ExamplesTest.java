package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {

    private static final Path EXAMPLES = Path.of("../../../infra/examples");

    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The fine-tuning example starts from what the pre-training example makes. */
    private final RunSpecParser parser = new RunSpecParser(folder -> {
        if (!folder.equals("mnist-pretrained")) {
            throw new IOException("no folder '" + folder + "'");
        }
        Path file = EXAMPLES.resolve("mnist-pretrain.yaml");
        RunSpec.Model model = new RunSpecParser()
                .parse(file.toString(), Files.readString(file))
                .model();
        return new ModelFolders.Imported(
                "/models/" + folder,
                SHA256,
                (ObjectNode) model.unet(),
                JSON.valueToTree(model.schedule()),
                model.prediction());
    });

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private RunSpec example(Path file) throws IOException {
        return parser.parse(file.getFileName().toString(), Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsValidAndCarriesTheNameOfItsFile(Path file) throws IOException {
        RunSpec spec = example(file);

        assertEquals(file.getFileName().toString(), spec.name() + ".yaml");
        assertEquals(spec, parser.fromJson(parser.toJson(spec)));
    }

    @Test
    void theMinorityExampleHoldsEachRareDigitByAConstraint() throws IOException {
        RunSpec spec = example(EXAMPLES.resolve("mnist-minority.yaml"));

        RunSpec.Share rare = new RunSpec.Share(100, null);
        assertEquals(Map.of(4, rare, 5, rare, 7, rare), spec.data().classes());
        assertTrue(spec.data().otherClasses());
        assertEquals(
                List.of("digit-4", "digit-5", "digit-7"),
                spec.constraints().stream().map(RunSpec.Constraint::id).toList());
        for (RunSpec.Constraint constraint : spec.constraints()) {
            int digit = Integer.parseInt(constraint.id().substring("digit-".length()));
            assertEquals(
                    new RunSpec.Data("bundled:mnist10k", "bundled:mnist10k", Map.of(digit, rare), false, 0),
                    constraint.data());
            assertEquals(0, constraint.threshold());
        }
        assertEquals(RunSpec.Mode.PIPELINED, spec.dual().mode());
        assertEquals(OptionalDouble.of(0.45), spec.dual().resilience());
        assertEquals(0.5, spec.dual().learningRate());
    }

    @Test
    void theBaselineDiffersFromTheMinorityExampleInNothingButTheConstraints() throws IOException {
        RunSpec minority = example(EXAMPLES.resolve("mnist-minority.yaml"));
        RunSpec baseline = example(EXAMPLES.resolve("mnist-unconstrained.yaml"));

        assertEquals(List.of(), baseline.constraints());
        assertEquals(minority.seed(), baseline.seed());
        assertEquals(minority.data(), baseline.data());
        assertEquals(minority.model(), baseline.model());
        assertEquals(minority.training(), baseline.training());
        assertEquals(minority.evaluation(), baseline.evaluation());
    }

    @Test
    void theFineTuningExampleHoldsTheModelNearWhatItWas() throws IOException {
        RunSpec before = example(EXAMPLES.resolve("mnist-pretrain.yaml"));
        RunSpec spec = example(EXAMPLES.resolve("mnist-finetune.yaml"));

        assertFalse(before.data().classes().containsKey(9) || before.data().otherClasses());
        assertEquals(9, before.data().classes().size());
        assertEquals(Set.of(9), spec.data().classes().keySet());
        assertFalse(spec.data().otherClasses());
        assertEquals(before.model(), spec.model());
        RunSpec.Constraint near = spec.constraints().get(0);
        assertEquals(ConstraintKinds.DISTILLATION, near.kind());
        assertEquals(spec.initialModel(), near.model());
        assertNull(near.data());
        assertEquals(OptionalDouble.empty(), spec.dual().resilience());
        // Judged on all ten digits.
        assertEquals(Map.of(), spec.evaluation().reference().classes());
    }
}
