package io.saddle.console.notification;

import io.saddle.schema.NotificationRule;
import java.util.Collection;
import java.util.Map;

/**
 * The rules of now, and the labels that some of them go by. Tables of the console rather than a second copy in the topology: a rule
 * holds for what is looked at after it was answered for, and what a rule has spoken of is in the topology's own state.
 */
public interface RuleBook {

    /** Every rule, by name. */
    Collection<NotificationRule> rules();

    /** A run's labels; empty where it has none or is not known. */
    Map<String, String> labels(String runId);
}
