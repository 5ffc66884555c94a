package io.saddle.stack;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Everything that can be set of the local stack, with its default. */
public enum Setting {
    BROKER_PORT("broker.port", Kind.PORT, "29092", "port of the Kafka broker"),
    BROKER_CONTROLLER_PORT("broker.controller-port", Kind.PORT, "29093", "port of the broker's KRaft controller"),
    BROKER_HEAP("broker.heap", Kind.HEAP, "256m", "largest heap of the broker"),
    REGISTRY_PORT("registry.port", Kind.PORT, "28081", "port of the schema registry"),
    REGISTRY_HEAP("registry.heap", Kind.HEAP, "256m", "largest heap of the schema registry"),
    CONSOLE_PORT("console.port", Kind.PORT, "28080", "port of the console: web page and REST"),
    CONSOLE_HEAP("console.heap", Kind.HEAP, "512m", "largest heap of the console"),
    PRIMAL_TRAINER_PORT("primal-trainer.port", Kind.PORT, "28082", "port of the primal trainer's health and metrics"),
    PRIMAL_TRAINER_HEAP("primal-trainer.heap", Kind.HEAP, "1g", "largest Java heap of the primal trainer"),
    DUAL_UPDATER_PORT("dual-updater.port", Kind.PORT, "28083", "port of the dual updater's health and metrics"),
    DUAL_UPDATER_HEAP("dual-updater.heap", Kind.HEAP, "512m", "largest heap of the dual updater"),
    CONSTRAINT_EVALUATOR_PORT(
            "constraint-evaluator.port", Kind.PORT, "28084", "port of the constraint evaluator's health and metrics"),
    CONSTRAINT_EVALUATOR_HEAP(
            "constraint-evaluator.heap", Kind.HEAP, "1g", "largest Java heap of the constraint evaluator"),
    FID_EVALUATOR_PORT("fid-evaluator.port", Kind.PORT, "28085", "port of the FID evaluator's health and metrics"),
    FID_EVALUATOR_HEAP("fid-evaluator.heap", Kind.HEAP, "1g", "largest Java heap of the FID evaluator"),
    REPLICATION("topics.replication", Kind.COUNT, "1", "replication factor of topics that the set-up creates"),
    ARTIFACTS_ROOT(
            "artifacts.root",
            Kind.STORE,
            "",
            "where models, checkpoints and pictures lie: file:/absolute/folder or s3://bucket/prefix (how that is reached:"
                    + " docs/storage.md); empty: with the stack's data"),
    RETENTION_ARCHIVED(
            "artifacts.retention.archived",
            Kind.TIME,
            "",
            "how long after it was archived a run's artifacts are deleted, such as 90d (docs/runs.md); empty: never"),
    RETENTION_ENDED(
            "artifacts.retention.ended",
            Kind.TIME,
            "",
            "how long after its end a run keeps checkpoints and raw snapshots other than the newest; empty: for ever"),
    CLASSIFIERS(
            "classifiers.dir",
            Kind.FOLDER,
            "",
            "absolute folder where evaluators keep the classifiers that they have trained; empty: with the stack's data"),
    SECURITY(
            "security.dir",
            Kind.FOLDER,
            "",
            "absolute folder of certificates and users of a secured stack, made by 'up --secured'; empty: 'security' in the"
                    + " stack's folder"),
    START_SECONDS("start.seconds", Kind.COUNT, "120", "seconds that a process may take until it is ready");

    private enum Kind {
        PORT(
                "a port (1 to 65535)",
                value -> value.matches("\\d{1,5}") && Integer.parseInt(value) >= 1 && Integer.parseInt(value) <= 65535),
        HEAP("a size such as 512m or 2g", value -> value.matches("[1-9]\\d*[kKmMgG]")),
        FOLDER("an absolute folder", value -> value.isEmpty() || Path.of(value).isAbsolute()),
        STORE("file:/absolute/folder or s3://bucket/prefix", value -> value.matches("|file:/\\S+|s3://\\S+")),
        TIME("a time such as 12h or 90d", value -> value.matches("|[1-9]\\d{0,4}[smhdSMHD]")),
        COUNT("a whole number from 1 to 9999", value -> value.matches("[1-9]\\d{0,3}"));

        private final String expectation;
        private final Predicate<String> accepts;

        Kind(String expectation, Predicate<String> accepts) {
            this.expectation = expectation;
            this.accepts = accepts;
        }
    }

    private final String key;
    private final Kind kind;
    private final String defaultValue;
    private final String description;

    Setting(String key, Kind kind, String defaultValue, String description) {
        this.key = key;
        this.kind = kind;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** Its name in {@code settings.properties} and behind {@code --set}. */
    public String key() {
        return key;
    }

    boolean isPort() {
        return kind == Kind.PORT;
    }

    /** Its environment variable: {@code SADDLE_BROKER_PORT} for {@code broker.port}. */
    public String environmentName() {
        return variable("saddle." + key);
    }

    /** The environment variable that a property is set by, as MicroProfile Config has it. */
    static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    public String defaultValue() {
        return defaultValue;
    }

    public String description() {
        return description;
    }

    /**
     * @param source where the value was given, for the message
     * @throws InvalidSettingException if this setting cannot have the value
     */
    String checked(String value, String source) {
        String trimmed = value.trim();
        if (!kind.accepts.test(trimmed)) {
            throw new InvalidSettingException(source + ": must be " + kind.expectation + ", was '" + value + "'");
        }
        return trimmed;
    }

    static Optional<Setting> named(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(Setting::key).toList();
    }
}
