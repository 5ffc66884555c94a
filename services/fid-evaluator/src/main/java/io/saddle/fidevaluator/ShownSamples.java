package io.saddle.fidevaluator;

import io.saddle.diffusion.sampling.ImageBatch;

/** The first samples, as many as a {@link SampleGrid} has room for, kept as they come. */
final class ShownSamples {

    private final int wanted;
    private ImageBatch kept;

    ShownSamples(int wanted) {
        this.wanted = wanted;
    }

    /** @param from index of the part's first sample */
    void add(int from, ImageBatch part) {
        if (kept == null) {
            int count = SampleGrid.of(wanted, part).images();
            kept = new ImageBatch(
                    new float[count * part.imageSize()], count, part.channels(), part.height(), part.width());
        }
        if (from < kept.count()) {
            int values = Math.min(part.count(), kept.count() - from) * part.imageSize();
            System.arraycopy(part.pixels(), 0, kept.pixels(), from * part.imageSize(), values);
        }
    }

    /** Null if there is none. */
    ImageBatch all() {
        return kept == null || kept.count() == 0 ? null : kept;
    }
}
