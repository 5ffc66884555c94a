package io.saddle.cli.dual;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of numbers: a column for each constraint, a row for each dual step.
 *
 * @param constraints in the order of the columns of {@code rows}: the specification's
 */
record ViolationsFile(List<String> constraints, List<double[]> rows) {

    /**
     * @param constraints those that the file must have a column for
     * @throws CommandException naming the line, if it is not such a table
     */
    static ViolationsFile read(Path file, List<String> constraints) {
        List<String[]> lines = lines(file);
        if (constraints.isEmpty()) {
            throw new CommandException(ExitCode.INVALID_INPUT, "the specification has no constraints to simulate");
        }
        if (lines.isEmpty()) {
            throw new CommandException(ExitCode.INVALID_INPUT, file + " is empty");
        }
        boolean named = Arrays.stream(lines.get(0)).anyMatch(cell -> !isNumber(cell));
        List<String> columns =
                named ? Arrays.stream(lines.get(0)).map(String::trim).toList() : constraints;
        if (columns.size() != constraints.size() || !new HashSet<>(columns).equals(new HashSet<>(constraints))) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    file + ":1: the columns are " + columns + ", the specification's constraints " + constraints);
        }
        List<double[]> rows = new ArrayList<>();
        for (int line = named ? 1 : 0; line < lines.size(); line++) {
            if (!isBlank(lines.get(line))) {
                rows.add(row(file, line + 1, lines.get(line), columns, constraints));
            }
        }
        return new ViolationsFile(constraints, rows);
    }

    private static boolean isBlank(String[] cells) {
        return Arrays.stream(cells).allMatch(String::isBlank);
    }

    private static double[] row(Path file, int line, String[] cells, List<String> columns, List<String> constraints) {
        if (cells.length != columns.size()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    file + ":" + line + ": has " + cells.length + " values, there are " + columns.size()
                            + " constraints");
        }
        double[] row = new double[cells.length];
        for (int i = 0; i < cells.length; i++) {
            if (!isNumber(cells[i])) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT,
                        file + ":" + line + ": '" + cells[i] + "' under '" + columns.get(i)
                                + "' is not a finite number");
            }
            row[constraints.indexOf(columns.get(i))] = Double.parseDouble(cells[i]);
        }
        return row;
    }

    private static boolean isNumber(String cell) {
        try {
            return Double.isFinite(Double.parseDouble(cell));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static List<String[]> lines(Path file) {
        CsvMapper mapper = CsvMapper.builder()
                .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                .enable(CsvParser.Feature.TRIM_SPACES)
                .build();
        try (MappingIterator<String[]> lines = mapper.readerFor(String[].class).readValues(Files.readString(file))) {
            return lines.readAll();
        } catch (IOException | RuntimeJsonMappingException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, file + " cannot be read as CSV: " + e.getMessage());
        }
    }

    /** The table of {@code rows} under the constraints' names, numbers as Java writes them: they read back bit for bit. */
    static void write(PrintWriter out, List<String> constraints, List<double[]> rows) {
        out.println(String.join(",", constraints));
        rows.forEach(
                row -> out.println(Arrays.stream(row).mapToObj(Double::toString).collect(Collectors.joining(","))));
    }
}
