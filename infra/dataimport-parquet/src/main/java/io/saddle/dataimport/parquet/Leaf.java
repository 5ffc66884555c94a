package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.SourceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * A column that holds values, at the top of the schema or in groups.
 *
 * @param index among all leaves
 * @param path names of the groups that it is in, and its own
 * @param level what its definition level is where it has a value
 * @param repeated whether a row may have more than one value
 */
record Leaf(int index, List<String> path, SchemaElement element, int level, boolean repeated) {

    private static final int DEEPEST = 32;
    private static final int LONGEST_SHOWN = 80;

    /** Walks through a schema, which is its tree in the order of a book's table of contents. */
    private static final class Walk {
        private final Path file;
        private final List<SchemaElement> elements;
        private final List<Leaf> leaves = new ArrayList<>();
        private int at;

        Walk(Path file, List<SchemaElement> elements) {
            this.file = file;
            this.elements = elements;
        }

        void children(List<String> path, int count, int level, boolean repeated) throws SourceException {
            if (path.size() > DEEPEST || count > elements.size() - at) {
                throw damaged(file);
            }
            for (int i = 0; i < count; i++) {
                if (at == elements.size()) {
                    throw damaged(file);
                }
                child(path, elements.get(at++), level, repeated);
            }
        }

        private void child(List<String> parents, SchemaElement element, int level, boolean repeated)
                throws SourceException {
            List<String> path = new ArrayList<>(parents);
            path.add(element.getName());
            FieldRepetitionType repetition = element.getRepetition_type();
            int own = level + (repetition == FieldRepetitionType.REQUIRED ? 0 : 1);
            boolean many = repeated || repetition == FieldRepetitionType.REPEATED;
            if (repetition == null) {
                throw damaged(file);
            }
            if (element.isSetNum_children() && element.getNum_children() != 0) {
                children(path, element.getNum_children(), own, many);
            } else if (element.isSetType() && element.getType() != null) {
                leaves.add(new Leaf(leaves.size(), List.copyOf(path), element, own, many));
            } else {
                throw damaged(file);
            }
        }
    }

    private static SourceException damaged(Path file) {
        return new SourceException(file + " is damaged: its schema is no tree of columns");
    }

    /** All leaves, in their order in the file. */
    static List<Leaf> of(Path file, List<SchemaElement> schema) throws SourceException {
        if (schema.isEmpty() || schema.get(0).getNum_children() < 0) {
            throw damaged(file);
        }
        Walk walk = new Walk(file, schema);
        walk.at = 1;
        walk.children(List.of(), schema.get(0).getNum_children(), 0, false);
        return List.copyOf(walk.leaves);
    }

    /** For a person. */
    String name() {
        return "'" + shown(String.join(".", path)) + "'";
    }

    /** What it is called at the top of the schema, and of what type it is, for a person. */
    String described() {
        String type = element.getType() + (binary() ? ", not marked as text" : "");
        return "'" + shown(top()) + "' (" + (path.size() > 1 || repeated ? "a group or list" : type) + ")";
    }

    /** A name of the file as a terminal may show it. */
    static String shown(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > LONGEST_SHOWN ? printable.substring(0, LONGEST_SHOWN) + "..." : printable;
    }

    /** The column at the top of the schema that it is, or is in. */
    String top() {
        return path.get(0);
    }

    /** Whether it holds bytes of any number. */
    boolean binary() {
        return element.getType() == Type.BYTE_ARRAY;
    }

    boolean wholeNumbers() {
        return element.getType() == Type.INT32 || element.getType() == Type.INT64;
    }

    /** The same as the library has it; of columns that are not repeated, nor of a fixed length. */
    ColumnDescriptor descriptor() {
        PrimitiveTypeName type = binary()
                ? PrimitiveTypeName.BINARY
                : PrimitiveTypeName.valueOf(element.getType().name());
        PrimitiveType primitive = new PrimitiveType(
                org.apache.parquet.schema.Type.Repetition.valueOf(
                        element.getRepetition_type().name()),
                type,
                element.getName());
        return new ColumnDescriptor(path.toArray(new String[0]), primitive, 0, level);
    }
}
