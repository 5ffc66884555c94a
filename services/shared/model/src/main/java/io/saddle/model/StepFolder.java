package io.saddle.model;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of the folder that one trainer wrote of a run after one step. A trainer that lost the run and does not know it yet may
 * be stopped in the middle of a write: what it finishes later bears its own token, and never stands in the place of what the
 * run's owner wrote. Ordered by owner, then by step: what an owner writes is newer than all that an earlier one leaves behind.
 *
 * @param step primal steps done
 * @param owner the trainer's token; 0 for folders from before there were tokens
 */
public record StepFolder(long step, long owner) implements Comparable<StepFolder> {

    private static final Pattern NAME = Pattern.compile("step-(\\d{10,18})(?:-owner-(\\d{12,18}))?");
    private static final Comparator<StepFolder> ORDER =
            Comparator.comparingLong(StepFolder::owner).thenComparingLong(StepFolder::step);

    /**
     * Reads an artifact's name.
     *
     * @return empty if it is not the name of such a folder
     */
    public static Optional<StepFolder> of(String name) {
        Matcher parts = NAME.matcher(name.substring(name.lastIndexOf('/') + 1));
        if (!parts.matches()) {
            return Optional.empty();
        }
        long owner = parts.group(2) == null ? 0 : Long.parseLong(parts.group(2));
        return Optional.of(new StepFolder(Long.parseLong(parts.group(1)), owner));
    }

    /** The artifact's whole name; {@code group} ends with a slash. */
    public String in(String group) {
        String step = "%sstep-%010d".formatted(group, step());
        return owner == 0 ? step : step + "-owner-%012d".formatted(owner);
    }

    @Override
    public int compareTo(StepFolder other) {
        return ORDER.compare(this, other);
    }
}
