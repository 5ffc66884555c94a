package io.saddle.model.data;

import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetManifest;
import io.saddle.schema.Artifact;
import io.saddle.schema.ColumnKind;
import io.saddle.schema.ColumnValue;
import io.saddle.schema.DataSet;
import io.saddle.schema.DataSetColumn;
import io.saddle.schema.DataSetOrigin;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What the topic says of a data set: all of its manifest that a record of at most {@value #ROOM} bytes has room for. */
final class DataSetRecords {

    /** The most values of a column that are listed. */
    static final int MOST_VALUES = 1000;

    /** Bytes for columns: well below Kafka's limit of a megabyte for a record. */
    static final int ROOM = 600_000;

    /** Numbers and lengths of a column or a value; Avro takes less. */
    private static final int COLUMN_BYTES = 64;

    private static final int VALUE_BYTES = 16;

    private DataSetRecords() {}

    /**
     * @param artifact the data set's folder
     * @param preview the folder with the digest of the preview; null if there is none
     */
    static DataSet of(DataSetAddress version, DataSetManifest manifest, Artifact artifact, Artifact preview) {
        return DataSet.newBuilder()
                .setName(version.name())
                .setVersion(version.version())
                .setImages(manifest.images())
                .setChannels(manifest.channels())
                .setHeight(manifest.height())
                .setWidth(manifest.width())
                .setColumns(columns(manifest.columns()))
                .setColumnCount(manifest.columns().size())
                .setOrigin(new DataSetOrigin(
                        manifest.origin().address(),
                        manifest.origin().layout(),
                        manifest.origin().fit()))
                .setSkipped(manifest.skipped().size())
                .setSha256(manifest.sha256())
                .setArtifact(artifact)
                .setPreview(preview)
                .setImportedAt(manifest.importedAt().truncatedTo(ChronoUnit.MILLIS))
                .build();
    }

    private static List<DataSetColumn> columns(List<Column> all) {
        List<DataSetColumn> columns = new ArrayList<>();
        int room = ROOM;
        for (Column column : all) {
            room -= COLUMN_BYTES + bytes(column.name());
            if (room < 0) {
                break;
            }
            List<ColumnValue> values = new ArrayList<>();
            for (Column.Value value : column.values()) {
                int size = VALUE_BYTES + bytes(value.value());
                if (values.size() == MOST_VALUES || size > room) {
                    break;
                }
                room -= size;
                values.add(new ColumnValue(value.value(), value.count()));
            }
            columns.add(new DataSetColumn(
                    column.name(),
                    kind(column.kind()),
                    values,
                    column.values().size(),
                    column.missing(),
                    column.least(),
                    column.most()));
        }
        return columns;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static ColumnKind kind(Column.Kind kind) {
        return switch (kind) {
            case FLAGS -> ColumnKind.FLAGS;
            case NAMES -> ColumnKind.NAMES;
            case MEASURES -> ColumnKind.MEASURES;
        };
    }
}
