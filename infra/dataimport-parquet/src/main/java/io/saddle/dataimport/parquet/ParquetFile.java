package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.SourceAwayException;
import io.saddle.dataimport.source.SourceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * A Parquet file, known by its footer.
 *
 * @param writer the program that wrote it, whose faults are read around; null if it is not named
 * @param columns those that are read
 * @param groups with at least one row each
 * @param rows of all groups
 */
record ParquetFile(Path path, ParsedVersion writer, Columns columns, List<RowGroup> groups, long rows) {

    /** @throws SourceException if it is damaged, or has no column of pictures */
    static ParquetFile open(Path path) throws IOException {
        try (FileChannel channel = channel(path)) {
            FileMetaData footer = Footer.read(path, channel);
            List<Leaf> leaves = Leaf.of(path, footer.getSchema());
            Footer.check(path, channel.size(), footer, leaves);
            Columns columns = Columns.of(path, leaves, ClassLabels.of(path, footer.getKey_value_metadata()));
            List<RowGroup> groups = footer.getRow_groups().stream()
                    .filter(group -> group.getNum_rows() > 0)
                    .toList();
            return new ParquetFile(path, writer(footer.getCreated_by()), columns, groups, footer.getNum_rows());
        }
    }

    /** Opens the file again. */
    FileChannel channel() throws SourceAwayException {
        return channel(path);
    }

    private static FileChannel channel(Path path) throws SourceAwayException {
        try {
            return FileChannel.open(path);
        } catch (IOException e) {
            throw new SourceAwayException(path, e);
        }
    }

    private static ParsedVersion writer(String createdBy) {
        try {
            return createdBy == null ? null : VersionParser.parse(createdBy);
        } catch (VersionParseException e) {
            // Only its faults would be worth knowing.
            return null;
        }
    }
}
