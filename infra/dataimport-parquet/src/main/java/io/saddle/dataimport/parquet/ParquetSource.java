package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.FileSplits;
import io.saddle.dataimport.source.LeftOut;
import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.SourcePicture;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.parquet.format.RowGroup;

/** The rows of Parquet files, one file after the other. */
final class ParquetSource implements PictureSource {

    private final List<ParquetFile> files;
    private final FileSplits splits;

    private ParquetSource(List<ParquetFile> files) {
        this.files = files;
        splits = new FileSplits(files.stream().map(ParquetFile::path).toList());
    }

    /**
     * @throws SourceException if one of the files is damaged, has no column of pictures, or another than the first file, or other names
     *     of classes
     */
    static ParquetSource of(List<Path> paths) throws IOException {
        List<ParquetFile> files = new ArrayList<>();
        for (Path path : paths) {
            files.add(ParquetFile.open(path));
        }
        String first = pictures(files.get(0));
        for (ParquetFile file : files) {
            if (!pictures(file).equals(first)) {
                throw new SourceException(file.path() + " has its pictures in column " + pictures(file) + ", "
                        + files.get(0).path() + " in " + first + ": import them one by one");
            }
        }
        requireSameClasses(files);
        return new ParquetSource(files);
    }

    /** A number is one class in one file, and another or none in the other. */
    private static void requireSameClasses(List<ParquetFile> files) throws SourceException {
        Map<String, ParquetFile> known = new HashMap<>();
        for (ParquetFile file : files) {
            for (Map.Entry<String, List<String>> column :
                    file.columns().classes().entrySet()) {
                ParquetFile other = known.putIfAbsent(column.getKey(), file);
                if (other != null
                        && !other.columns().classes().get(column.getKey()).equals(column.getValue())) {
                    throw new SourceException(file.path() + " names the classes of column '"
                            + Leaf.shown(column.getKey()) + "' otherwise than " + other.path()
                            + ", or one of them does not name them: write both with the same features, or import them one"
                            + " by one");
                }
            }
        }
    }

    private static String pictures(ParquetFile file) {
        return file.columns().image().name();
    }

    @Override
    public String layout() {
        return "Parquet" + (files.size() > 1 ? ", " + files.size() + " files" : "");
    }

    @Override
    public List<String> notes() {
        return LeftOut.columns(files.stream()
                .flatMap(file -> file.columns().leftOut().stream())
                .distinct()
                .toList());
    }

    @Override
    public List<Path> files() {
        return files.stream().map(ParquetFile::path).toList();
    }

    @Override
    public OptionalLong count() {
        return OptionalLong.of(files.stream().mapToLong(ParquetFile::rows).reduce(0, Math::addExact));
    }

    @Override
    public void read(long first, Visitor visitor) throws IOException {
        long skipped = first;
        for (ParquetFile file : files) {
            if (skipped >= file.rows()) {
                skipped -= file.rows();
                continue;
            }
            if (!read(file, skipped, visitor)) {
                return;
            }
            skipped = 0;
        }
    }

    private SourcePicture withSplit(ParquetFile file, SourcePicture row) {
        return new SourcePicture(row.name(), row.content(), splits.with(file.path(), row.values()));
    }

    /** Reads one of them; false if the visitor wants no more. */
    private boolean read(ParquetFile file, long first, Visitor visitor) throws IOException {
        PageBudget budget = new PageBudget(Runtime.getRuntime().maxMemory() / 2);
        try (FileChannel channel = file.channel()) {
            long start = 0;
            for (RowGroup group : file.groups()) {
                long end = start + group.getNum_rows();
                if (first < end) {
                    long row = Math.max(first, start);
                    Rows rows = Rows.open(file, channel, group, row - start, row, budget);
                    for (; row < end; row++) {
                        if (!visitor.take(withSplit(file, rows.next()))) {
                            return false;
                        }
                    }
                    rows.close();
                }
                start = end;
            }
        }
        return true;
    }
}
