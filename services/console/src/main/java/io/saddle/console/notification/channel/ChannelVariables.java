package io.saddle.console.notification.channel;

import io.saddle.run.spec.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Variables of the environment that look like settings of channels and are none. SmallRye, which refuses a misspelt key in a file, passes
 * over them: it makes of OPS_SECRT nothing, and of OPS_TEAM_URL no channel "ops-team", for it cannot know where the name ends.
 */
final class ChannelVariables {

    private static final String PREFIX = "SADDLE_NOTIFICATIONS_CHANNELS_";
    private static final List<String> KEYS = List.of("FORMAT", "URL", "SECRET", "TO");

    private ChannelVariables() {}

    /**
     * @param environment names of its variables
     * @param channels names of those that there are by the settings
     */
    static List<Problem> unheeded(Set<String> environment, Collection<String> channels) {
        Set<String> known = new TreeSet<>();
        for (String channel : channels) {
            String name = channel.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
            KEYS.forEach(key -> known.add(PREFIX + name + "_" + key));
        }
        return new TreeSet<>(environment)
                .stream()
                        .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                        .map(name -> new Problem(
                                name,
                                "is no setting of a channel: " + PREFIX
                                        + "NAME_ and FORMAT, URL, SECRET or TO are, of a"
                                        + " channel whose name is letters and digits; others stand in a file"))
                        .toList();
    }
}
