package io.saddle.dataset;

import io.saddle.artifact.FileDigest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Writes one column while its values come in, not knowing yet of what kind they are: the heap holds the different values only.
 */
final class ColumnWriter implements Closeable {

    /** The most different values that are listed. */
    static final int MOST_VALUES = 65_536;

    private static final int MISSING = -1;

    /** Java's own way of writing numbers has names in it, too: 2d is one, and 0x1p3. Nothing is tried twice: a value may be long. */
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(?:\\d++(?:\\.\\d*+)?+|\\.\\d++)(?:[eE][+-]?\\d++)?");

    private final String name;
    private final Path raw;
    private final DataOutputStream out;
    private final Map<String, Integer> codes = new HashMap<>();
    private final List<String> values = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();
    private long rows;
    private long missing;
    private boolean tooMany;
    private boolean numeric = true;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    /**
     * @param raw a file to write in until the kind is known
     * @param rows images that came before the first with such a value
     */
    ColumnWriter(String name, Path raw, long rows) throws IOException {
        this.name = name;
        this.raw = raw;
        out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(raw)));
        for (long i = 0; i < rows; i++) {
            add(null);
        }
    }

    /** @param value of the next image; null if it has none */
    void add(String value) throws IOException {
        rows++;
        if (value == null) {
            missing++;
            out.writeInt(MISSING);
            out.writeDouble(Double.NaN);
            return;
        }
        double number = number(value);
        if (Double.isNaN(number)) {
            numeric = false;
        } else {
            least = Math.min(least, number);
            most = Math.max(most, number);
        }
        out.writeInt(code(value));
        out.writeDouble(number);
    }

    private int code(String value) {
        Integer known = codes.get(value);
        if (known == null && values.size() == MOST_VALUES) {
            tooMany = true;
            return MISSING;
        }
        if (known == null) {
            known = values.size();
            codes.put(value, known);
            values.add(value);
            counts.add(0L);
        }
        counts.set(known, counts.get(known) + 1);
        return known;
    }

    /** NaN for what is no finite number. */
    private static double number(String value) {
        if (!DECIMAL.matcher(value).matches()) {
            return Double.NaN;
        }
        double number = Double.parseDouble(value);
        return Double.isFinite(number) ? number : Double.NaN;
    }

    /**
     * Writes the column's file.
     *
     * @param total number of images
     * @return empty, and no file, if the column has more names than can be listed
     */
    Optional<Column> finish(Path folder, String file, long total) throws IOException {
        while (rows < total) {
            add(null);
        }
        out.close();
        if (tooMany && !numeric) {
            return Optional.empty();
        }
        Column.Kind kind = tooMany ? Column.Kind.MEASURES : isFlags() ? Column.Kind.FLAGS : Column.Kind.NAMES;
        List<String> listed = listed(kind);
        int[] positions = positions(kind, listed);
        write(folder.resolve(file), kind, positions);
        long[] sums = new long[listed.size()];
        for (int i = 0; kind != Column.Kind.MEASURES && i < positions.length; i++) {
            sums[positions[i]] += counts.get(i);
        }
        List<Column.Value> finished = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            finished.add(new Column.Value(listed.get(i), sums[i]));
        }
        boolean flags = kind == Column.Kind.FLAGS;
        boolean numbers = flags || (numeric && missing < rows);
        return Optional.of(new Column(
                name,
                kind,
                finished,
                missing,
                numbers ? Double.valueOf(flags ? Double.parseDouble(listed.get(0)) : least) : null,
                numbers ? Double.valueOf(flags ? Double.parseDouble(listed.get(listed.size() - 1)) : most) : null,
                file,
                FileDigest.of(folder.resolve(file)).sha256()));
    }

    /** -1 and +1, or false and true. Classes 0 and 1 read the same either way. */
    private boolean isFlags() {
        return !values.isEmpty() && Flags.areFlags(values);
    }

    private List<String> listed(Column.Kind kind) {
        return switch (kind) {
            case MEASURES -> List.of();
            case FLAGS ->
                values.stream().map(Flags::canonical).distinct().sorted().toList();
            case NAMES ->
                values.stream()
                        .sorted(
                                numeric
                                        ? Comparator.<String>comparingDouble(Double::parseDouble)
                                                .thenComparing(Comparator.naturalOrder())
                                        : Comparator.naturalOrder())
                        .toList();
        };
    }

    /** Of each value as it was first seen its position among those that are listed. */
    private int[] positions(Column.Kind kind, List<String> listed) {
        if (kind == Column.Kind.MEASURES) {
            return new int[0];
        }
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < listed.size(); i++) {
            places.put(listed.get(i), i);
        }
        return values.stream()
                .mapToInt(value -> places.get(kind == Column.Kind.FLAGS ? Flags.canonical(value) : value))
                .toArray();
    }

    private void write(Path file, Column.Kind kind, int[] positions) throws IOException {
        ByteBuffer cell = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(raw)));
                OutputStream target = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long i = 0; i < rows; i++) {
                int code = in.readInt();
                double number = in.readDouble();
                if (kind == Column.Kind.MEASURES) {
                    cell.putDouble(0, number);
                    target.write(cell.array(), 0, Double.BYTES);
                } else {
                    cell.putInt(0, code == MISSING ? MISSING : positions[code]);
                    target.write(cell.array(), 0, Integer.BYTES);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(raw);
    }
}
