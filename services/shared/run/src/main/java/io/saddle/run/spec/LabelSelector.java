package io.saddle.run.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition on labels, as Kubernetes writes it: {@code team=vision}, {@code team!=vision} (another one or none), {@code team} (whatever
 * it is), {@code !team} (none).
 *
 * @param value null: any
 * @param wanted false: it must not be so
 */
public record LabelSelector(String key, String value, boolean wanted) {

    private static final Pattern SYNTAX =
            Pattern.compile("(?:!(?<absent>[^!=\\s]+)|(?<key>[^!=\\s]+?)(?:(?<not>!?)==?(?<value>[^!=\\s]*))?)");

    /** The condition that a text is; empty, with its problem, if it is none. */
    public static Optional<LabelSelector> parse(String text, List<Problem> problems) {
        Matcher parts = SYNTAX.matcher(text);
        if (!parts.matches()) {
            problems.add(new Problem(
                    "label",
                    "must be KEY=VALUE, KEY!=VALUE, KEY (any value) or !KEY (no such label), was '" + text + "'"));
            return Optional.empty();
        }
        return Optional.of(
                parts.group("absent") != null
                        ? new LabelSelector(parts.group("absent"), null, false)
                        : new LabelSelector(parts.group("key"), parts.group("value"), !"!".equals(parts.group("not"))));
    }

    public boolean matches(Map<String, String> labels) {
        boolean so = value == null ? labels.containsKey(key) : value.equals(labels.get(key));
        return so == wanted;
    }
}
