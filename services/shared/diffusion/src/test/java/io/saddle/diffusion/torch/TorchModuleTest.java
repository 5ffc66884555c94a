package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TorchModuleTest {
    private static final Shape TWO_IMAGES = new Shape(2, 3, 2, 2);

    private static TorchModule module(String expression) throws IOException {
        return new TorchModule(new ByteArrayInputStream(TorchScripts.module(expression)));
    }

    /** Of images whose values are 0, 1, 2, ... in the order of their dimensions. */
    private static float[] forward(TorchModule module) {
        try (NDManager scope = module.newManager()) {
            NDArray images = scope.arange(24f).reshape(TWO_IMAGES);
            return module.forward(scope, images).toFloatArray();
        }
    }

    private static float[] upTo24() {
        float[] values = new float[24];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return values;
    }

    @Test
    void aModuleSeesThePixelsOfAnImageWithTheirChannelsSideBySide() throws IOException {
        try (TorchModule memory = module("torch.as_strided(x, [6], [1])")) {
            assertArrayEquals(new float[] {0, 4, 8, 1, 5, 9}, forward(memory));
        }
    }

    @Test
    void whatItGivesIsInTheOrderOfItsDimensions() throws IOException {
        try (TorchModule same = module("torch.mul(x, 1)")) {
            assertArrayEquals(upTo24(), forward(same));
        }
    }

    @Test
    void aModuleThatLooksAtMemoryInOrderIsGivenItSo() throws IOException {
        try (TorchModule rows = module("torch.view(x, [2, -1])")) {
            assertArrayEquals(upTo24(), forward(rows));
            assertArrayEquals(upTo24(), forward(rows));
        }
    }

    @Test
    void whatAModuleRefusesEitherWayIsItsError() throws IOException {
        try (TorchModule wrong = module("torch.matmul(x, torch.flatten(x))")) {
            assertThrows(EngineException.class, () -> forward(wrong));
        }
    }
}
