package io.saddle.run.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.schema.ClassShare;
import io.saddle.schema.DataSelection;
import io.saddle.schema.GroupShare;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** A specification's data as records carry it. */
public final class DataSelections {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MathContext THREE_DIGITS = new MathContext(3);

    private DataSelections() {}

    /** The record of {@code data}, classes sorted by label, groups by column and value. */
    public static DataSelection toAvro(RunSpec.Data data) {
        List<ClassShare> classes = data.classes().entrySet().stream()
                .map(entry -> new ClassShare(
                        entry.getKey(),
                        entry.getValue().count(),
                        entry.getValue().fraction()))
                .toList();
        List<GroupShare> groups = data.groups().entrySet().stream()
                .flatMap(column -> column.getValue().entrySet().stream()
                        .map(value -> new GroupShare(
                                column.getKey(),
                                value.getKey(),
                                value.getValue().count(),
                                value.getValue().fraction())))
                .toList();
        return DataSelection.newBuilder()
                .setImages(data.images())
                .setLabels(data.labels())
                .setClasses(classes)
                .setOtherClasses(data.otherClasses())
                .setSeed(data.seed())
                .setWhere(data.where() == null ? null : data.where().toString())
                .setGroups(groups)
                .setLatentMeans(data.latentMeans())
                .setSha256(data.sha256())
                .build();
    }

    /** A selection in words: "dataset:faces@1 where Male = 1", "bundled:mnist10k, of 4 50 %, of 5 all". */
    public static String words(DataSelection data) {
        StringBuilder words = new StringBuilder(data.getImages());
        if (data.getWhere() != null) {
            words.append(" where ").append(where(data.getWhere()).words());
        }
        data.getGroups()
                .forEach(group -> words.append(", of ")
                        .append(group.getColumn())
                        .append(" = ")
                        .append(group.getValue())
                        .append(' ')
                        .append(amount(group.getCount(), group.getFraction())));
        data.getClasses()
                .forEach(share -> words.append(", of ")
                        .append(share.getLabel())
                        .append(' ')
                        .append(amount(share.getCount(), share.getFraction())));
        return words.toString();
    }

    private static String amount(Integer count, Double fraction) {
        if (count != null) {
            return count.toString();
        }
        return fraction == null
                ? "all"
                : BigDecimal.valueOf(100 * fraction)
                                .round(THREE_DIGITS)
                                .stripTrailingZeros()
                                .toPlainString() + " %";
    }

    /**
     * The condition of a record.
     *
     * @param json null: every image
     * @throws IllegalArgumentException if it cannot be read
     */
    public static Where where(String json) {
        List<Problem> problems = new ArrayList<>();
        try {
            Where where = Where.parse("where", json == null ? null : JSON.readTree(json), problems);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(problems.get(0).toString());
            }
            return where;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("where is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }
}
