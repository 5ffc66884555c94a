package io.saddle.model;

import io.saddle.run.spec.RunSpec;
import io.saddle.schema.DataSelection;

/**
 * The images and labels that a selection chooses from.
 *
 * @param images their address
 * @param labels the labels' address
 * @param sha256 of both files, one after the other; null of data sets of a store, whose address names a version, and of files of runs that were
 *     submitted before it was kept
 */
public record ImageFiles(String images, String labels, String sha256) {

    public static ImageFiles of(RunSpec.Data data) {
        return new ImageFiles(data.images(), data.labels(), data.sha256());
    }

    public static ImageFiles of(DataSelection selection) {
        return new ImageFiles(selection.getImages(), selection.getLabels(), selection.getSha256());
    }
}
