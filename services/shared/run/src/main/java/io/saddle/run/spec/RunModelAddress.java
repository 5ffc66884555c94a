package io.saddle.run.spec;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a run's model once it is decided which: {@code run:NAME@STEP}.
 *
 * @param step primal steps done in it
 */
public record RunModelAddress(String run, long step) {

    private static final Pattern ADDRESS = Pattern.compile(Pattern.quote(ModelFolders.RUN) + "([^@/]+)@([0-9]{1,18})");

    /** The address that a text is; empty if it is none. */
    public static Optional<RunModelAddress> of(String text) {
        Matcher address = ADDRESS.matcher(text == null ? "" : text);
        return address.matches()
                ? Optional.of(new RunModelAddress(address.group(1), Long.parseLong(address.group(2))))
                : Optional.empty();
    }
}
