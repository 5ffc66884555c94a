package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.SourceException;
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

    /**
     * @param place of the value, for messages
     * @return null for a value that stands for none
     * @throws SourceException for a number that is no class's
     */
    String of(ColumnReader reader, String place) throws SourceException;

    /**
     * The one for a column.
     *
     * @param names of classes; empty: the column has none
     * @return empty if its values are no flags, numbers or texts
     */
    static Optional<ValueText> of(SchemaElement element, List<String> names) {
        return switch (element.getType()) {
            case BOOLEAN -> Optional.of((reader, place) -> Boolean.toString(reader.getBoolean()));
            case INT32 -> Optional.of(ints(element, names));
            case INT64 -> Optional.of(longs(element, names));
            case FLOAT ->
                Optional.of((reader, place) -> floating(reader.getFloat(), Float.toString(reader.getFloat())));
            case DOUBLE ->
                Optional.of((reader, place) -> floating(reader.getDouble(), Double.toString(reader.getDouble())));
            case BYTE_ARRAY ->
                isText(element)
                        ? Optional.of((reader, place) -> reader.getBinary().toStringUsingUTF8())
                        : Optional.<ValueText>empty();
            default -> Optional.<ValueText>empty();
        };
    }

    private static ValueText ints(SchemaElement element, List<String> names) {
        if (isUnsigned(element)) {
            return (reader, place) -> integer(element, names, Integer.toUnsignedLong(reader.getInteger()), place);
        }
        return (reader, place) -> integer(element, names, reader.getInteger(), place);
    }

    private static ValueText longs(SchemaElement element, List<String> names) {
        if (isUnsigned(element)) {
            return (reader, place) -> reader.getLong() < 0 && names.isEmpty()
                    ? Long.toUnsignedString(reader.getLong())
                    : integer(element, names, reader.getLong(), place);
        }
        return (reader, place) -> integer(element, names, reader.getLong(), place);
    }

    private static String integer(SchemaElement element, List<String> names, long value, String place)
            throws SourceException {
        if (!names.isEmpty()) {
            return name(names, value, place);
        }
        LogicalType logical = element.getLogicalType();
        if (logical != null && logical.isSetDECIMAL()) {
            return BigDecimal.valueOf(value, logical.getDECIMAL().getScale()).toPlainString();
        }
        return element.getConverted_type() == ConvertedType.DECIMAL
                ? BigDecimal.valueOf(value, element.getScale()).toPlainString()
                : Long.toString(value);
    }

    private static String name(List<String> names, long value, String place) throws SourceException {
        if (value == -1) {
            // Hugging Face's picture that nobody has given a class to.
            return null;
        }
        if (value < 0 || value >= names.size()) {
            throw new SourceException(place + ": " + value + " is the number of no class: the file's metadata names "
                    + names.size() + ", from 0 on; mend the value, or the names");
        }
        return names.get((int) value);
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
