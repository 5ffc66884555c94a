package io.saddle.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.cli.terminal.CommandException;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.lab.judging.LastDualSteps;
import io.saddle.lab.judging.ModelLoss;
import io.saddle.lab.report.Curve;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.ResultJson;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.model.data.StoredDataSets;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.stack.testing.RecordBuilders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the experiments about keeping and giving up conclude from their numbers. */
class TradeOffTest {

    private static final Curve NOTHING = new Curve(List.of(), Map.of());

    private static LossEstimateResult loss(double loss, double standardError) {
        return new LossEstimateResult(loss, standardError, 100);
    }

    private static MultiplierUpdate update(long dualStep, Double loss, double multiplier) {
        ConstraintMultiplier row = RecordBuilders.multiplier("near", 0, multiplier)
                .setLoss(loss)
                .setThreshold(0.1)
                .setRelaxation(0.02)
                .build();
        return RecordBuilders.update("r", dualStep, dualStep, row).build();
    }

    @Test
    void theLastTenthOfTheDualStepsSaysHowAConstraintStands() {
        List<MultiplierUpdate> updates = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            updates.add(update(i, i <= 18 ? 9.0 : 0.1 * (i - 18), i));
        }
        LastDualSteps last = LastDualSteps.of(updates, "near").orElseThrow();
        assertEquals(0.15, last.loss(), 1e-12);
        assertEquals(0.12, last.bound(), 1e-12);
        assertEquals(19.5, last.multiplier(), 1e-12);
        assertEquals(Optional.empty(), LastDualSteps.of(updates, "another"));
        assertEquals(Optional.empty(), LastDualSteps.of(List.of(update(1, null, 0)), "near"));
    }

    private static FrontierResult.Point point(double value, double objective, double constraint, double multiplier) {
        return new FrontierResult.Point(
                "run-" + value,
                NullNode.getInstance(),
                value,
                loss(objective, 0.03),
                loss(constraint, 0.01),
                new LastDualSteps(constraint, value, multiplier),
                10,
                500);
    }

    private static FrontierResult frontier() {
        return new FrontierResult(
                Instant.EPOCH,
                Map.of(),
                "near",
                "threshold",
                null,
                List.of(point(0.3, 0.2, 0.3, 0.5), point(0.1, 0.6, 0.1, 3), point(0.2, 0.35, 0.2, 1)));
    }

    @Test
    void theSlopeOfTheCurveStandsBesideTheShadowPrices() {
        List<FrontierResult.Slope> slopes = frontier().slopes();
        assertEquals(2, slopes.size());
        assertEquals(2.5, slopes.get(0).slope(), 1e-9);
        assertEquals(Math.hypot(0.03, 0.03) / 0.1, slopes.get(0).standardError(), 1e-9);
        assertEquals(2, slopes.get(0).multiplier(), 1e-9);
        assertEquals(1.5, slopes.get(1).slope(), 1e-9);
    }

    @Test
    void theFrontiersPageAndNumbersHoldEveryPoint(@TempDir Path folder) throws Exception {
        Path page = FrontierReport.write(folder, frontier());
        JsonNode numbers =
                ResultJson.MAPPER.readTree(folder.resolve("result.json").toFile());
        assertEquals(3, numbers.get("points").size());
        assertEquals(2, numbers.get("slopes").size());
        String html = Files.readString(page);
        assertTrue(html.contains("0.3500 ± 0.0300") && html.contains("2.50 ± 0.42"), html);
        assertTrue(FrontierReport.table(frontier()).contains("0.6000 ± 0.0300"));
    }

    /** The first run was trained and judged before it was said that its data set could not be opened. */
    @Test
    void aLossOnADataSetIsMeasuredOnTheImagesOfTheStore(@TempDir Path folder) throws Exception {
        FileArtifactStore store = new FileArtifactStore(folder.resolve("store"));
        new StoredDataSets(store).put("pets", set -> {
            Path images = Files.write(folder.resolve("images"), new byte[784 * 3]);
            try (DataSetAssembly assembly = new DataSetAssembly(set, 1, 28, 28)) {
                assembly.addImages(images);
                for (String label : List.of("dog", "cat", "dog")) {
                    assembly.addRow(Map.of("label", label));
                }
                assembly.finish("pets", new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
            }
        });
        ImageSets sets = new ImageSets(store, DataRoots.ANYWHERE);
        RunSpec spec = new RunSpecParser(DiffusersModels.anywhere(), sets).parse("run.yaml", """
                name: pets
                data: {dataset: pets}
                model: {unet: {block_out_channels: [4], layers_per_block: 1, norm_num_groups: 2, attention_head_dim: 2,
                  down_block_types: [DownBlock2D], up_block_types: [UpBlock2D]}}
                """);
        RunModel model = RunModel.of(spec);
        Path written = folder.resolve("model");
        try (HostVector weights = UNet2D.layout(model.network()).initialValues(1)) {
            new DiffusersPipelineFolder(model.network(), model.schedule(), model.prediction(), weights).write(written);
        }

        LossEstimateResult loss = ModelLoss.onData(written, new SelectedData(sets), spec.data());

        assertTrue(loss.loss() > 0.1 && loss.loss() < 10, loss.toString());
    }

    private static FinetuneResult.Model model(double fid, double nines, double lossOld, Double constraintLoss) {
        return new FinetuneResult.Model(
                "r",
                NullNode.getInstance(),
                fid,
                500,
                "features",
                "reference",
                Map.of(9, nines, 0, 1 - nines),
                loss(lossOld, 0.001),
                loss(0.2, 0.001),
                0.01,
                constraintLoss == null ? null : 2.0,
                constraintLoss,
                constraintLoss == null ? null : 0.01,
                new Curves(NOTHING, NOTHING, NOTHING, NOTHING));
    }

    private static FinetuneResult finetune(FinetuneResult.Model held) {
        return new FinetuneResult(
                Instant.EPOCH, Map.of(), 9, model(30, 0.01, 0.10, null), model(90, 0.99, 0.15, null), held);
    }

    private static List<Boolean> verdicts(FinetuneResult.Model held) {
        return finetune(held).checks().stream().map(FinetuneResult.Check::held).toList();
    }

    @Test
    void aConstraintHelpedIfItIsMetAndLessIsForgottenAndTheNewIsLearnt() {
        assertEquals(List.of(true, true, true, true), verdicts(model(25, 0.2, 0.11, 0.0105)));
        assertEquals(List.of(false, true, true, true), verdicts(model(25, 0.2, 0.11, 0.012)));
        assertEquals(List.of(true, false, true, true), verdicts(model(25, 0.05, 0.11, 0.01)));
        assertEquals(List.of(true, true, false, false), verdicts(model(95, 0.2, 0.16, 0.01)));
    }

    /** It trained everything, and then there was no multiplier to show. */
    @Test
    void aTuningThatIsTooShortForADualStepIsRefusedBeforeAnythingIsTrained() {
        FinetuneExperiment experiment = new FinetuneExperiment();
        new CommandLine(experiment).parseArgs("--steps", "20");
        String refused = assertThrows(CommandException.class, experiment::check).getMessage();
        assertEquals("--steps: must be at least 21, else the constraint's multiplier makes no step; was 20", refused);
        new CommandLine(experiment).parseArgs("--steps", "21");
        experiment.check();
        new CommandLine(experiment).parseArgs();
        experiment.check();
    }

    /** The first training was done before its multipliers were looked for, of which there were none. */
    @Test
    void aPipelinedRunThatIsTooShortForItsDelayIsRefusedBeforeAnythingIsTrained() {
        ModesExperiment experiment = new ModesExperiment();
        new CommandLine(experiment).parseArgs("--steps", "60", "--delay", "2");
        String refused = assertThrows(CommandException.class, experiment::check).getMessage();
        assertEquals("--steps: must be at least 61, else the constraint's multiplier makes no step; was 60", refused);
        new CommandLine(experiment).parseArgs("--steps", "61", "--delay", "2");
        experiment.check();
        new CommandLine(experiment).parseArgs("--delay", "9");
        refused = assertThrows(CommandException.class, experiment::check).getMessage();
        assertTrue(refused.contains("dual.delay"), refused);
    }

    /** It said so after the first point. */
    @Test
    void pointsThatAreTooShortForADualStepAreRefusedBeforeAnythingIsTrained() {
        FrontierExperiment experiment = new FrontierExperiment();
        new CommandLine(experiment).parseArgs("--steps", "10");
        String refused = assertThrows(CommandException.class, experiment::check).getMessage();
        assertEquals("--steps: must be at least 21, else the constraint's multiplier makes no step; was 10", refused);
        new CommandLine(experiment).parseArgs("--steps", "21");
        experiment.check();
    }

    @Test
    void thePageOfTheTuningHoldsThePicturesAndTheVerdicts(@TempDir Path folder) throws Exception {
        FinetuneResult result = finetune(model(25, 0.2, 0.11, 0.0105));
        byte[] png = {1, 2, 3};
        String html = Files.readString(FinetuneReport.write(folder, result, png, png, png));
        assertTrue(html.contains("+10.0 %") && html.contains("+50.0 %"), "what was forgotten");
        assertEquals(3, html.split("data:image/png;base64,AQID", -1).length - 1);
        JsonNode numbers =
                ResultJson.MAPPER.readTree(folder.resolve("result.json").toFile());
        assertEquals(4, numbers.get("checks").size());
        assertTrue(FinetuneReport.table(result).contains("kept"), FinetuneReport.table(result));
    }
}
