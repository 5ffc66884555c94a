package io.saddle.cli.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A data set, or a version of it: {@code NAME} or {@code NAME@N}.
 *
 * @param version null where none is named
 */
record DataSetAddress(String name, Integer version) {

    private static final Pattern ADDRESS = Pattern.compile("([^@/]+)(?:@([1-9][0-9]{0,8}))?");

    /** Reads it on the command line. */
    static final class Converter implements ITypeConverter<DataSetAddress> {
        @Override
        public DataSetAddress convert(String text) {
            Matcher found = ADDRESS.matcher(text);
            if (!found.matches()) {
                throw new TypeConversionException("'" + text + "' is no NAME and no NAME@N");
            }
            return new DataSetAddress(found.group(1), found.group(2) == null ? null : Integer.valueOf(found.group(2)));
        }
    }
}
