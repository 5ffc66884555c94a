package io.saddle.topic;

/** Names of the consumer groups that others than their members ask about; for who copies a cluster, or looks after it. */
public final class ConsumerGroups {

    /** Begins the name of each of saddle's groups. */
    public static final String PREFIX = "saddle-";

    public static final String DUAL_UPDATER = PREFIX + "dual-updater";

    /** The console's parts that keep state of their own. */
    public static final String PIPELINES = PREFIX + "console-pipelines";

    public static final String AUDIT = PREFIX + "console-audit";
    public static final String NOTIFICATIONS = PREFIX + "console-notifications";

    /** The console's readers: of what is wanted at once, of dual steps, and of what is only drawn. */
    public static final String CONSOLE = PREFIX + "console";

    public static final String CONSOLE_DUAL_STEPS = CONSOLE + "-dual-steps";
    public static final String CONSOLE_HISTORY = CONSOLE + "-history";
    public static final String CONSOLE_AUDIT = CONSOLE + "-audit-reader";

    /** Begins the names of the groups of workers, one for each kind of tasks. */
    public static final String WORKER = PREFIX + "worker";

    private ConsumerGroups() {}
}
