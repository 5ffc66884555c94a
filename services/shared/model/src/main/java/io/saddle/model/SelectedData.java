package io.saddle.model;

import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.model.data.ColumnSelection;
import io.saddle.model.data.FileVersions;
import io.saddle.model.data.ImageSets;
import io.saddle.schema.ClassShare;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Opens data selections; keeps the few that are in use, since evaluators ask for the same ones again and again. Those of the same
 * files share their images.
 */
public final class SelectedData {

    private static final int KEPT = 32;
    /** Of the heap, what images that are not on disk may take in each of these: an evaluator has two with images, and other things beside. */
    private static final double SHARE = 0.2;

    private record Found(ImageFiles files, List<FileVersions.Version> versions) {}

    private record Chosen(DataSelection selection, List<FileVersions.Version> versions) {}

    /** @param of all images, which those that are chosen hold on to */
    private record Selected(ImageDataSet chosen, ImageDataSet of) {}

    /** Opens whole data sets. */
    @FunctionalInterface
    interface Reader {
        ImageDataSet open(String images, String labels) throws IOException;
    }

    /** Tells the files of a data set from those that lay in their place before. */
    @FunctionalInterface
    private interface Versions {
        List<FileVersions.Version> of(DataSelection selection) throws IOException;
    }

    private final ImageSets sets;
    private final Reader reader;
    private final Versions versions;
    private final BoundedCache<Chosen, Selected> kept = new BoundedCache<>(KEPT);
    /** At least the newest, however large it is. */
    private final BoundedCache<Found, ImageDataSet> whole;

    /** Of files alone; data sets of a store are refused. */
    public SelectedData() {
        this(ImageSets.withoutStore());
    }

    public SelectedData(ImageSets sets) {
        this(sets, sets::open);
    }

    /** Of which labels and shapes are known, and no pixel is read. */
    public static SelectedData withoutPixels(ImageSets sets) {
        return new SelectedData(sets, sets::openWithoutPixels, selection -> List.of(), share(), all -> true);
    }

    /** Where files of which no selection says what they hold are read anew when they have changed: not for what goes on with the data that it began with. */
    public static SelectedData readAnewWhereChanged(ImageSets sets) {
        FileVersions seen = new FileVersions();
        return new SelectedData(
                sets,
                sets::open,
                selection -> selection.getSha256() != null
                        ? List.of()
                        : seen.of(sets.files(selection.getImages(), selection.getLabels())));
    }

    /** @param reader in place of opening them from {@code sets} */
    SelectedData(ImageSets sets, Reader reader) {
        this(sets, reader, selection -> List.of());
    }

    private SelectedData(ImageSets sets, Reader reader, Versions versions) {
        this(sets, reader, versions, share(), ImageDataSet::isOnDisk);
    }

    /** @param mostBytes that images may take which are not on disk */
    SelectedData(ImageSets sets, Reader reader, long mostBytes) {
        this(sets, reader, selection -> List.of(), mostBytes, ImageDataSet::isOnDisk);
    }

    private SelectedData(
            ImageSets sets, Reader reader, Versions versions, long mostBytes, Predicate<ImageDataSet> takesNoMemory) {
        this.sets = sets;
        this.reader = reader;
        this.versions = versions;
        // Of those that take no memory as many as of selections.
        whole = new BoundedCache<>(
                mostBytes,
                all -> takesNoMemory.test(all) ? mostBytes / KEPT : (long) all.count() * all.imageSize(),
                this::forgetSelectionsOf);
    }

    private static long share() {
        return (long) (SHARE * Runtime.getRuntime().maxMemory());
    }

    /**
     * The images of a selection: the same ones in the same order wherever it is opened.
     *
     * @throws IOException if a file is missing, cut off, not IDX, or another one than the selection was made of
     * @throws IllegalArgumentException if a class, column or value does not exist, has too few images, or nothing is left
     */
    public synchronized ImageDataSet open(DataSelection selection) throws IOException {
        List<FileVersions.Version> found = versions(selection);
        ImageDataSet all = whole(selection, found);
        return kept.get(new Chosen(selection, found), chosen -> new Selected(choose(chosen.selection(), all), all))
                .chosen();
    }

    private void forgetSelectionsOf(ImageDataSet all) {
        kept.removeIf(selected -> selected.of() == all);
    }

    /** Part of the key of what is kept of a selection; of no use where changed files are not read anew. */
    public synchronized List<FileVersions.Version> versions(DataSelection selection) throws IOException {
        return versions.of(selection);
    }

    /** All images of the files or the data set that a selection is of. */
    public synchronized ImageDataSet whole(DataSelection selection) throws IOException {
        return whole(selection, versions(selection));
    }

    private ImageDataSet whole(DataSelection selection, List<FileVersions.Version> found) throws IOException {
        return whole.get(new Found(ImageFiles.of(selection), found), wanted -> {
            requireUnchanged(selection);
            return reader.open(wanted.files().images(), wanted.files().labels());
        });
    }

    /**
     * Reads the files of a selection that says what they hold; what cannot be read is for others to say.
     *
     * @throws IOException if they hold something else now
     */
    public void requireUnchanged(DataSelection selection) throws IOException {
        ImageFiles files = ImageFiles.of(selection);
        if (files.sha256() != null) {
            Optional<String> now = sets.sha256(files.images(), files.labels());
            if (now.isPresent() && !now.get().equals(files.sha256())) {
                throw new IOException(files.images() + " and " + files.labels()
                        + " are not the files of the specification: one after the other their sha256 is " + now.get()
                        + ", there it is " + files.sha256()
                        + ". Put those back, or submit the run anew (a fork with data: {sha256: null}) for these;"
                        + " './saddle data import' keeps every version of a data set");
            }
        }
    }

    /** The classes that a selection is about: those that it names, else those of its images. */
    public Set<Integer> classes(DataSelection selection) throws IOException {
        return selection.getClasses().isEmpty()
                ? open(selection).classCounts().keySet()
                : selection.getClasses().stream().map(ClassShare::getLabel).collect(Collectors.toSet());
    }

    private ImageDataSet choose(DataSelection selection, ImageDataSet all) throws IOException {
        ColumnSelection columns = ColumnSelection.of(selection);
        ImageDataSet chosen = columns.isEverything() ? all : all.select(sets.images(selection, columns));
        if (chosen.classified() != chosen && !all.classCounts().isEmpty()) {
            int without = chosen.count() - chosen.classified().count();
            throw new IllegalArgumentException(without + " of " + chosen.count() + " images of " + selection.getLabels()
                    + " have no class: leave them out with where");
        }
        if (selection.getLatentMeans()) {
            chosen = chosen.means();
        }
        return selection.getClasses().isEmpty()
                ? chosen
                : classSelection(selection).from(chosen, selection.getSeed());
    }

    private static ClassSelection classSelection(DataSelection selection) {
        Map<Integer, ClassSelection.Amount> amounts = new HashMap<>();
        for (ClassShare share : selection.getClasses()) {
            amounts.put(share.getLabel(), ClassSelection.Amount.of(share.getCount(), share.getFraction()));
        }
        return new ClassSelection(
                amounts,
                selection.getOtherClasses() ? new ClassSelection.Amount.All() : new ClassSelection.Amount.Count(0));
    }
}
