package io.saddle.console.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What happened to a run, in bounded memory. Checkpoints and alerts have bounds of their own: a run of weeks has thousands of them, which
 * are not to push out what people have changed. Not thread-safe.
 */
final class Timeline {

    static final String CHECKPOINT = "checkpoint";
    static final String ALERT = "alert";

    private static final int CHECKPOINTS = 50;
    private static final int ALERTS = 500;
    private static final int OTHERS = 1000;

    private final Set<TimelineEvent> checkpoints = new LinkedHashSet<>();
    private final Set<TimelineEvent> alerts = new LinkedHashSet<>();
    private final Set<TimelineEvent> others = new LinkedHashSet<>();

    /** Takes an event; one that is known, since a reader began again, changes nothing. */
    void add(TimelineEvent event) {
        switch (event.kind()) {
            case CHECKPOINT -> add(event, checkpoints, CHECKPOINTS);
            case ALERT -> add(event, alerts, ALERTS);
            default -> add(event, others, OTHERS);
        }
    }

    private static void add(TimelineEvent event, Set<TimelineEvent> kept, int most) {
        kept.add(event);
        if (kept.size() > most) {
            Iterator<TimelineEvent> first = kept.iterator();
            first.next();
            first.remove();
        }
    }

    /** In the order of their times, since they come from readers of their own; those of one time as they came. */
    List<TimelineEvent> all() {
        List<TimelineEvent> all = new ArrayList<>(others);
        all.addAll(checkpoints);
        all.addAll(alerts);
        all.sort(Comparator.comparing(TimelineEvent::at));
        return List.copyOf(all);
    }
}
