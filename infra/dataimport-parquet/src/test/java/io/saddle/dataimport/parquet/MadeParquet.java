package io.saddle.dataimport.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.xerial.snappy.Snappy;

/** Writes Parquet files page by page, sound ones and others. */
final class MadeParquet {

    /** @param level definition level of a value that is there; one less is a null */
    private record Column(List<String> path, Type type, int level, List<?> values) {}

    private final List<SchemaElement> schema = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private int top;
    private CompressionCodec codec = CompressionCodec.UNCOMPRESSED;
    private boolean second;
    private int pageRows = 5;
    private int groupRows = 1000;
    private String metadata;
    private Consumer<FileMetaData> footerChange = footer -> {};
    private Consumer<PageHeader> pageChange = page -> {};

    static SchemaElement element(String name, FieldRepetitionType repetition) {
        return new SchemaElement(name).setRepetition_type(repetition);
    }

    /** As Hugging Face's library (an optional group) or DuckDB (a required one) writes pictures. */
    MadeParquet image(FieldRepetitionType group, List<byte[]> pictures) {
        return image("image", group, pictures);
    }

    MadeParquet image(String name, FieldRepetitionType group, List<byte[]> pictures) {
        int level = group == FieldRepetitionType.REQUIRED ? 1 : 2;
        schema.add(element(name, group).setNum_children(2));
        schema.add(element("bytes", FieldRepetitionType.OPTIONAL).setType(Type.BYTE_ARRAY));
        schema.add(element("path", FieldRepetitionType.OPTIONAL)
                .setType(Type.BYTE_ARRAY)
                .setConverted_type(ConvertedType.UTF8));
        columns.add(new Column(List.of(name, "bytes"), Type.BYTE_ARRAY, level, pictures));
        List<String> paths = new ArrayList<>();
        pictures.forEach(picture -> paths.add(null));
        columns.add(new Column(List.of(name, "path"), Type.BYTE_ARRAY, level, paths));
        top++;
        return this;
    }

    /** @param values null: the row has none; of a required column no one is */
    MadeParquet column(SchemaElement element, List<?> values) {
        schema.add(element);
        int level = element.getRepetition_type() == FieldRepetitionType.REQUIRED ? 0 : 1;
        columns.add(new Column(List.of(element.getName()), element.getType(), level, values));
        top++;
        return this;
    }

    MadeParquet column(String name, Type type, List<?> values) {
        return column(element(name, FieldRepetitionType.OPTIONAL).setType(type), values);
    }

    MadeParquet codec(CompressionCodec wanted) {
        codec = wanted;
        return this;
    }

    /** Pages of the second version. */
    MadeParquet second() {
        second = true;
        return this;
    }

    MadeParquet rows(int inPage, int inGroup) {
        pageRows = inPage;
        groupRows = inGroup;
        return this;
    }

    MadeParquet metadata(String json) {
        metadata = json;
        return this;
    }

    MadeParquet footerChange(Consumer<FileMetaData> change) {
        footerChange = change;
        return this;
    }

    MadeParquet pageChange(Consumer<PageHeader> change) {
        pageChange = change;
        return this;
    }

    Path write(Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        int rows = columns.get(0).values().size();
        List<RowGroup> groups = new ArrayList<>();
        for (int from = 0; from < rows; from += groupRows) {
            int to = Math.min(rows, from + groupRows);
            List<ColumnChunk> chunks = new ArrayList<>();
            for (Column column : columns) {
                chunks.add(chunk(out, column, from, to));
            }
            groups.add(new RowGroup(chunks, out.size(), to - from));
        }
        List<SchemaElement> all = new ArrayList<>();
        all.add(new SchemaElement("schema").setNum_children(top));
        all.addAll(schema);
        FileMetaData footer = new FileMetaData(1, all, rows, groups);
        if (metadata != null) {
            footer.addToKey_value_metadata(new KeyValue("huggingface").setValue(metadata));
        }
        footerChange.accept(footer);
        int start = out.size();
        Util.writeFileMetaData(footer, out);
        out.writeBytes(littleEndian(out.size() - start));
        out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        return Files.write(file, out.toByteArray());
    }

    private ColumnChunk chunk(ByteArrayOutputStream out, Column column, int from, int to) throws IOException {
        int start = out.size();
        for (int at = from; at < to; at += pageRows) {
            page(out, column, column.values().subList(at, Math.min(to, at + pageRows)));
        }
        int size = out.size() - start;
        ColumnMetaData data = new ColumnMetaData(
                column.type(),
                List.of(Encoding.PLAIN, Encoding.RLE),
                column.path(),
                codec,
                to - from,
                size,
                size,
                start);
        return new ColumnChunk(start).setMeta_data(data);
    }

    private void page(ByteArrayOutputStream out, Column column, List<?> values) throws IOException {
        byte[] levels = levels(column.level(), values);
        byte[] plain = plain(column.type(), values);
        PageHeader header;
        byte[] content;
        if (second) {
            byte[] packed = packed(plain);
            header = new PageHeader(PageType.DATA_PAGE_V2, levels.length + plain.length, levels.length + packed.length);
            header.setData_page_header_v2(new DataPageHeaderV2(
                    values.size(),
                    (int) values.stream().filter(value -> value == null).count(),
                    values.size(),
                    Encoding.PLAIN,
                    levels.length,
                    0));
            content = concatenated(levels, packed);
        } else {
            byte[] prefix = column.level() == 0 ? new byte[0] : littleEndian(levels.length);
            byte[] whole = concatenated(concatenated(prefix, levels), plain);
            content = packed(whole);
            header = new PageHeader(PageType.DATA_PAGE, whole.length, content.length);
            header.setData_page_header(new DataPageHeader(values.size(), Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
        }
        pageChange.accept(header);
        Util.writePageHeader(header, out);
        out.writeBytes(content);
    }

    /** Runs of one level each. */
    private static byte[] levels(int level, List<?> values) {
        ByteArrayOutputStream runs = new ByteArrayOutputStream();
        for (Object value : level == 0 ? List.of() : values) {
            runs.write(1 << 1);
            runs.write(value == null ? level - 1 : level);
        }
        return runs.toByteArray();
    }

    private static byte[] plain(Type type, List<?> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<?> present = values.stream().filter(value -> value != null).toList();
        if (type == Type.BOOLEAN) {
            byte[] bits = new byte[(present.size() + 7) / 8];
            for (int i = 0; i < present.size(); i++) {
                bits[i / 8] |= (byte) ((Boolean) present.get(i) ? 1 << i % 8 : 0);
            }
            out.writeBytes(bits);
            return out.toByteArray();
        }
        for (Object value : present) {
            if (value instanceof byte[] bytes) {
                out.writeBytes(littleEndian(bytes.length));
                out.writeBytes(bytes);
            } else if (value instanceof String text) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                out.writeBytes(littleEndian(bytes.length));
                out.writeBytes(bytes);
            } else if (value instanceof Integer number) {
                out.writeBytes(littleEndian(number));
            } else if (value instanceof Float number) {
                out.writeBytes(littleEndian(Float.floatToIntBits(number)));
            } else {
                long bits = value instanceof Double number ? Double.doubleToLongBits(number) : (Long) value;
                out.writeBytes(ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(bits)
                        .array());
            }
        }
        return out.toByteArray();
    }

    private byte[] packed(byte[] bytes) throws IOException {
        return switch (codec) {
            case SNAPPY -> Snappy.compress(bytes);
            case ZSTD -> Zstd.compress(bytes);
            case GZIP -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    gzip.write(bytes);
                }
                yield out.toByteArray();
            }
            default -> bytes;
        };
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
