package io.saddle.dataimport.parquet;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;

/** How a value of a column is told as text. */
@FunctionalInterface
interface ValueText {

    /** @return null for a value that stands for none */
    String of(ColumnReader reader);

    /**
     * The one for a column.
     *
     * @param names of classes; empty: the column has none
     * @return empty if its values are no flags, numbers or texts
     */
    static Optional<ValueText> of(SchemaElement element, List<String> names) {
        return switch (element.getType()) {
            case BOOLEAN -> Optional.of(reader -> Boolean.toString(reader.getBoolean()));
            case INT32 -> Optional.of(ints(element, names));
            case INT64 -> Optional.of(longs(element, names));
            case FLOAT -> Optional.of(reader -> floating(reader.getFloat(), Float.toString(reader.getFloat())));
            case DOUBLE -> Optional.of(reader -> floating(reader.getDouble(), Double.toString(reader.getDouble())));
            case BYTE_ARRAY ->
                isText(element)
                        ? Optional.of(reader -> reader.getBinary().toStringUsingUTF8())
                        : Optional.<ValueText>empty();
            default -> Optional.<ValueText>empty();
        };
    }

    private static ValueText ints(SchemaElement element, List<String> names) {
        if (isUnsigned(element)) {
            return reader -> integer(element, names, Integer.toUnsignedLong(reader.getInteger()));
        }
        return reader -> integer(element, names, reader.getInteger());
    }

    private static ValueText longs(SchemaElement element, List<String> names) {
        if (isUnsigned(element)) {
            return reader -> reader.getLong() < 0
                    ? Long.toUnsignedString(reader.getLong())
                    : integer(element, names, reader.getLong());
        }
        return reader -> integer(element, names, reader.getLong());
    }

    private static String integer(SchemaElement element, List<String> names, long value) {
        if (!names.isEmpty() && value < names.size()) {
            // Hugging Face's -1 is a picture that nobody has given a class to.
            return value < 0 ? null : names.get((int) value);
        }
        LogicalType logical = element.getLogicalType();
        if (logical != null && logical.isSetDECIMAL()) {
            return BigDecimal.valueOf(value, logical.getDECIMAL().getScale()).toPlainString();
        }
        return element.getConverted_type() == ConvertedType.DECIMAL
                ? BigDecimal.valueOf(value, element.getScale()).toPlainString()
                : Long.toString(value);
    }

    private static String floating(double value, String shortest) {
        if (Double.isNaN(value)) {
            // That is how tables say that there is none.
            return null;
        }
        return Double.isInfinite(value)
                ? shortest
                : new BigDecimal(shortest).stripTrailingZeros().toPlainString();
    }

    private static boolean isUnsigned(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null && logical.isSetINTEGER()) {
            return !logical.getINTEGER().isIsSigned();
        }
        ConvertedType converted = element.getConverted_type();
        return converted == ConvertedType.UINT_8
                || converted == ConvertedType.UINT_16
                || converted == ConvertedType.UINT_32
                || converted == ConvertedType.UINT_64;
    }

    /** Bytes that nothing is said about may be anything. */
    private static boolean isText(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            return logical.isSetSTRING() || logical.isSetENUM() || logical.isSetJSON();
        }
        ConvertedType converted = element.getConverted_type();
        return converted == ConvertedType.UTF8 || converted == ConvertedType.ENUM || converted == ConvertedType.JSON;
    }
}
