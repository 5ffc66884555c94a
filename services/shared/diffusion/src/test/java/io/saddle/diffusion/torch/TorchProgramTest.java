package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchProgramTest {
    private static final String DOUBLE =
            "  def twice(self: " + TorchProgram.SELF + ", x: Tensor) -> Tensor:\n    return torch.add(x, x)\n";

    @Test
    void shouldBearThatItsFirstCallsComeFromManyThreadsAtOnce() {
        for (int round = 0; round < 50; round++) {
            List<Float> results = Collections.synchronizedList(new ArrayList<>());
            try (TorchProgram program = new TorchProgram(DOUBLE);
                    NDManager manager = TorchRuntime.get().newManager()) {
                Runnable call = () -> {
                    try (NDManager scope = manager.newSubManager()) {
                        results.add(program.call("twice", scope.create(new float[] {21}))
                                .singletonOrThrow()
                                .getFloat());
                    }
                };
                Workers.runBatches(4, 4, 1, (from, to) -> call.run());
            }
            assertEquals(List.of(42f, 42f, 42f, 42f), results);
        }
    }
}
