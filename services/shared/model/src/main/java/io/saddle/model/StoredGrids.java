package io.saddle.model;

/** The sample grids of a run's judged models, in the artifact store. */
public final class StoredGrids {

    private StoredGrids() {}

    /** The artifact of a model's grid, a PNG. */
    public static String name(long step) {
        return "grids/step-%010d.png".formatted(step);
    }
}
