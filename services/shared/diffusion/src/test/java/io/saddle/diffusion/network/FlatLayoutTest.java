package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FlatLayoutTest {
    private static final FlatLayout LAYOUT = UNet2D.layout(UNet2DConfig.of(8, 1, List.of(8, 16), 1, 4));

    @Test
    void shouldLeaveNoGapBetweenParameters() {
        int end = 0;
        for (ParameterSpec parameter : LAYOUT.parameters()) {
            assertEquals(end, parameter.offset());
            end = parameter.end();
        }
        assertEquals(LAYOUT.size(), end);
    }

    @Test
    void shouldTakeGradientsOfASmallNetworkInOnePieceAndOfALargeOneInMany() {
        assertEquals(List.of(LAYOUT.parameters()), LAYOUT.leaves());
        FlatLayout large = UNet2D.layout(UNet2DConfig.of(32, 3, List.of(128, 256, 512), 2, 32));
        assertTrue(large.leaves().size() > 10, large.leaves().size() + " leaves");
        assertEquals(
                large.parameters(),
                large.leaves().stream().flatMap(List::stream).toList());
        for (List<ParameterSpec> leaf : large.leaves().subList(0, large.leaves().size() - 1)) {
            int last = leaf.get(leaf.size() - 1).size();
            int size = FlatLayout.size(leaf);
            assertTrue(size >= 1 << 20 && size - last < 1 << 20, size + " values, " + last + " of the last parameter");
        }
    }

    @Test
    void shouldInitialiseLikeTorch() {
        float[] values = LAYOUT.initialValues(1).toFloats();
        for (ParameterSpec parameter : LAYOUT.parameters()) {
            double bound = 1 / Math.sqrt(parameter.fanIn());
            double largest = 0;
            for (int i = parameter.offset(); i < parameter.end(); i++) {
                largest = Math.max(largest, Math.abs(values[i]));
            }
            if (parameter.name().contains("norm")) {
                assertEquals(parameter.name().endsWith("weight") ? 1 : 0, largest);
            } else if (parameter.size() > 200) {
                assertTrue(largest <= bound && largest > 0.95 * bound, parameter + ": " + largest);
            }
        }
        ParameterSpec convIn = LAYOUT.parameters().stream()
                .filter(p -> p.name().equals("down_blocks.0.resnets.0.conv1.bias"))
                .findFirst()
                .orElseThrow();
        assertEquals(8 * 9, convIn.fanIn(), "a bias has the fan-in of its weight");
        assertArrayEquals(values, LAYOUT.initialValues(1).toFloats());
    }

    @Test
    void shouldNameTheBlocksOfTheNetwork() {
        assertTrue(LAYOUT.blocks()
                .keySet()
                .containsAll(List.of(
                        "conv_in", "time_embedding", "down_blocks.0", "down_blocks.1", "mid_block", "up_blocks.1")));
    }
}
