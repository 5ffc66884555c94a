package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Internals of DJL that this package relies on. An upgrade that takes it away fails here, saying what for. */
class DjlInternalsTest {
    private static void requireMethod(
            String what, Class<?> result, Class<?> owner, String name, Class<?>... parameters) {
        try {
            assertEquals(result, owner.getMethod(name, parameters).getReturnType(), owner + "." + name + ": " + what);
        } catch (NoSuchMethodException e) {
            fail("DJL no longer has " + e.getMessage() + ", which this package needs: " + what);
        }
    }

    @Test
    void shouldHandABooleanToAModule() {
        String what = "TorchModule hands a module an argument that is no tensor (Inception's return_features)";
        requireMethod(what, IValue.class, IValue.class, "from", PtNDArray.class);
        requireMethod(what, IValue.class, IValue.class, "from", boolean.class);
        requireMethod(what, PtNDArray.class, IValue.class, "toTensor", PtNDManager.class);
        requireMethod(what, IValue.class, PtSymbolBlock.class, "forward", IValue[].class);
        try (NDManager manager = TorchRuntime.get().newManager()) {
            assertTrue(manager instanceof PtNDManager, "PyTorch's managers are PtNDManager: " + what);
            assertTrue(manager.create(1f) instanceof PtNDArray, "PyTorch's arrays are PtNDArray: " + what);
        }
    }

    @Test
    void shouldCallTheMethodThatAnArrayIsNamedAfter() {
        String self = "(self: " + TorchProgram.SELF + ", x: Tensor) -> Tensor:\n    return torch.";
        try (TorchProgram program = new TorchProgram("  def negated" + self + "neg(x)\n");
                NDManager manager = TorchRuntime.get().newManager()) {
            assertEquals(
                    -2,
                    program.call("negated", manager.create(2f))
                            .singletonOrThrow()
                            .getFloat(),
                    "IValueUtils takes an array named module_method:NAME as the method to call: TorchProgram does all its"
                            + " calls that way");
        }
    }

    @Test
    void shouldTakeTheNumberOfThreadsFromTheProperty() {
        assertEquals(
                TorchRuntime.get().threads(),
                JniUtils.getNumThreads(),
                "PtEngine sets libtorch's threads from ai.djl.pytorch.num_threads: TorchRuntime keeps them at 1, and runs its"
                        + " own workers");
    }

    @Test
    void shouldKnowTheSettingOfTheGraphOptimizer() throws IOException {
        String engine = new String(
                PtSymbolBlock.class.getResourceAsStream("PtSymbolBlock.class").readAllBytes(),
                StandardCharsets.ISO_8859_1);
        assertTrue(
                engine.contains("ai.djl.pytorch.graph_optimizer"),
                "PtSymbolBlock reads ai.djl.pytorch.graph_optimizer: TorchRuntime turns the profiling executor off with it,"
                        + " which is slow with gradients and fails after inference");
    }

    @Test
    void shouldMeetInternalsInThisPackageOnly() throws IOException, URISyntaxException {
        Path classes = Path.of(TorchRuntime.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            List<Path> outside = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.getParent().endsWith("io/saddle/diffusion/torch"))
                    .filter(DjlInternalsTest::usesInternals)
                    .toList();
            assertEquals(List.of(), outside, "classes outside io.saddle.diffusion.torch that name ai.djl.pytorch");
        }
    }

    private static boolean usesInternals(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("ai/djl/pytorch/");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
