package io.saddle.model.data;

import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.diffusion.data.ClassSelection.Amount;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.NearestName;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.Where;
import io.saddle.schema.DataSelection;
import io.saddle.schema.GroupShare;
import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The part of a data set that its columns choose: the images that a condition takes, and of some values only so many. The draw is
 * random but fixed by the seed, and nested: a larger amount of a value contains every smaller one.
 *
 * @param groups one after the other: the second draws from what the first has left
 */
public record ColumnSelection(Where where, List<Group> groups) {

    private static final int SHOWN = 12;

    /** How much of the images with a value is taken. */
    public record Group(String column, String value, Amount amount) {

        private String path() {
            return "groups." + column + "." + value;
        }
    }

    public ColumnSelection {
        groups = List.copyOf(groups);
    }

    /**
     * The columns' part of a selection.
     *
     * @throws IllegalArgumentException if its condition cannot be read
     */
    public static ColumnSelection of(DataSelection selection) {
        List<Group> groups = selection.getGroups().stream()
                .map(share -> new Group(share.getColumn(), share.getValue(), amount(share)))
                .toList();
        return new ColumnSelection(DataSelections.where(selection.getWhere()), groups);
    }

    private static Amount amount(GroupShare share) {
        return Amount.of(share.getCount(), share.getFraction());
    }

    /** True if nothing is left out. */
    public boolean isEverything() {
        return groups.isEmpty() && where.equals(Where.EVERY);
    }

    /** What is wrong with it for a data set: columns that it does not have, values that no image has. */
    public List<Problem> problems(DataSetManifest data) {
        List<Problem> problems = new ArrayList<>();
        collect(where, data, problems);
        for (Group group : groups) {
            column(group.path(), group.column(), data, problems)
                    .filter(column -> isListed(column, "groups." + group.column(), problems))
                    .ifPresent(column -> requireValue(group.path(), column, group.value(), problems));
        }
        return problems.stream().distinct().toList();
    }

    private static void collect(Where where, DataSetManifest data, List<Problem> problems) {
        if (where instanceof Where.All all) {
            all.of().forEach(each -> collect(each, data, problems));
        } else if (where instanceof Where.Any any) {
            any.of().forEach(each -> collect(each, data, problems));
        } else if (where instanceof Where.Values values) {
            column(values.path(), values.column(), data, problems)
                    .filter(column -> isListed(column, values.path(), problems))
                    .ifPresent(column ->
                            values.values().forEach(value -> requireValue(values.path(), column, value, problems)));
        } else if (where instanceof Where.Range range) {
            column(range.path(), range.column(), data, problems)
                    .filter(column -> !column.isNumeric())
                    .ifPresent(column -> problems.add(
                            new Problem(range.path(), "has names, not numbers: it has no atLeast and below")));
        }
    }

    private static Optional<Column> column(String path, String name, DataSetManifest data, List<Problem> problems) {
        Optional<Column> column = data.column(name);
        if (column.isEmpty()) {
            problems.add(new Problem(path, noColumn(name, data)));
        }
        return column;
    }

    /** Says that a data set has no such column, and which it has. */
    static String noColumn(String name, DataSetManifest data) {
        List<String> names = data.columns().stream().map(Column::name).toList();
        return "data set " + data.name() + " has no column '" + name + "'"
                + (names.isEmpty() ? "; it has none" : meant(name, names));
    }

    private static boolean isListed(Column column, String path, List<Problem> problems) {
        if (column.kind() == Column.Kind.MEASURES) {
            problems.add(new Problem(path, "has measures: ask with where {atLeast: , below: }"));
            return false;
        }
        return true;
    }

    private static void requireValue(String path, Column column, String value, List<Problem> problems) {
        if (column.position(value) < 0) {
            List<String> values =
                    column.values().stream().map(Column.Value::value).toList();
            problems.add(new Problem(path, "no image has '" + value + "'" + meant(value, values)));
        }
    }

    private static String meant(String name, List<String> known) {
        // Of a digit or two every other one is near.
        return Optional.of(name)
                .filter(written -> written.length() > 2)
                .flatMap(written -> NearestName.of(written, known))
                .map(nearest -> ", did you mean " + nearest + "?")
                .orElseGet(() -> "; there is "
                        + known.stream().limit(SHOWN).collect(Collectors.joining(", "))
                        + (known.size() > SHOWN ? " and " + (known.size() - SHOWN) + " more" : ""));
    }

    /**
     * The positions of the images that are taken, in order.
     *
     * @throws IllegalArgumentException naming the place, if {@link #problems} are there, a value has too few images or nothing is left
     */
    public int[] images(DataSetFolder data, long seed) throws IOException {
        List<Problem> problems = problems(data.manifest());
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.get(0).toString());
        }
        int[] chosen = IntStream.range(0, Math.toIntExact(data.manifest().images()))
                .filter(test(where, data))
                .toArray();
        for (Group group : groups) {
            chosen = cut(chosen, group, data, seed);
        }
        if (chosen.length == 0) {
            throw new IllegalArgumentException(
                    "where takes none of the " + data.manifest().images() + " images of data set "
                            + data.manifest().name());
        }
        return chosen;
    }

    private static int[] cut(int[] chosen, Group group, DataSetFolder data, long seed) throws IOException {
        Column column = data.manifest().column(group.column()).orElseThrow();
        int value = column.position(group.value());
        IntBuffer of = data.values(column);
        int[] places = IntStream.range(0, chosen.length)
                .filter(i -> of.get(chosen[i]) == value)
                .toArray();
        int wanted;
        try {
            wanted = group.amount().images(places.length);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(new Problem(group.path(), e.getMessage()).toString(), e);
        }
        int[] order = new RandomStreams(seed)
                .permutation(
                        places.length,
                        "group-selection " + column.name() + "="
                                + column.values().get(value).value());
        BitSet dropped = new BitSet();
        for (int i = wanted; i < order.length; i++) {
            dropped.set(places[order[i]]);
        }
        return IntStream.range(0, chosen.length)
                .filter(i -> !dropped.get(i))
                .map(i -> chosen[i])
                .toArray();
    }

    private static IntPredicate test(Where where, DataSetFolder data) throws IOException {
        if (where instanceof Where.All all) {
            IntPredicate test = image -> true;
            for (Where each : all.of()) {
                test = test.and(test(each, data));
            }
            return test;
        }
        if (where instanceof Where.Any any) {
            IntPredicate test = image -> false;
            for (Where each : any.of()) {
                test = test.or(test(each, data));
            }
            return test;
        }
        if (where instanceof Where.Values values) {
            Column column = data.manifest().column(values.column()).orElseThrow();
            BitSet wanted = new BitSet();
            values.values().forEach(value -> wanted.set(column.position(value)));
            IntBuffer of = data.values(column);
            return image -> of.get(image) >= 0 && wanted.get(of.get(image));
        }
        Where.Range range = (Where.Range) where;
        double atLeast = range.atLeast() == null ? Double.NEGATIVE_INFINITY : range.atLeast();
        double below = range.below() == null ? Double.POSITIVE_INFINITY : range.below();
        Column column = data.manifest().column(range.column()).orElseThrow();
        if (column.kind() == Column.Kind.MEASURES) {
            DoubleBuffer of = data.measures(column);
            return image -> of.get(image) >= atLeast && of.get(image) < below;
        }
        double[] numbers = column.values().stream()
                .mapToDouble(value -> Double.parseDouble(value.value()))
                .toArray();
        IntBuffer of = data.values(column);
        return image -> of.get(image) >= 0 && numbers[of.get(image)] >= atLeast && numbers[of.get(image)] < below;
    }
}
