package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchModelsTest {

    private static final String SAME =
            "  def forward(self: " + TorchScriptArchive.SELF + ", x: Tensor) -> Tensor:\n    return x\n";

    @Test
    void leavesNoFolderBehind() throws IOException, MalformedModelException {
        TorchRuntime.get();
        try (Model model =
                TorchModels.load("same", new ByteArrayInputStream(TorchScriptArchive.build(SAME)), Map.of())) {
            assertFalse(model.getModelPath().toFile().exists(), model.getModelPath() + " was left behind");
        }
    }

    @Test
    void refusesWhatIsNoArchive() {
        TorchRuntime.get();
        ByteArrayInputStream damaged = new ByteArrayInputStream(new byte[] {1, 2, 3});
        assertThrows(EngineException.class, () -> TorchModels.load("damaged", damaged, Map.of()));
    }
}
