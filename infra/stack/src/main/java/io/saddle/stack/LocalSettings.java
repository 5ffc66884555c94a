package io.saddle.stack;

import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.kafka.KafkaSettings;
import io.saddle.stack.security.SecretNames;
import io.saddle.stack.security.SecurityFolder;
import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The settings of one stack. Later ones win: defaults, the ports on which its processes were started as long as any of them runs,
 * {@code settings.properties} in its folder, the environment ({@code SADDLE_BROKER_PORT}), {@code --set broker.port=...}.
 */
public final class LocalSettings {

    private static final String HOST = "127.0.0.1";
    private static final Pattern PROPERTY = Pattern.compile("-D([^=]+)=.*");

    /** What to use in the place of variables that services know and 'up' overrules. */
    private static final Map<String, String> OVERRULED = Map.of(
            "QUARKUS_HTTP_HOST",
            "every service listens on 127.0.0.1 alone; for the console set"
                    + " SADDLE_JAVA_OPTS_CONSOLE=-Dquarkus.http.host=0.0.0.0 and a login (docs/access.md), or put a proxy"
                    + " before it",
            "QUARKUS_HTTP_PORT",
            "each has a port of its own: --set console.port=PORT, or SADDLE_CONSOLE_PORT");

    private final Home home;
    private final Map<Setting, String> values;
    private final Map<String, String> environment;

    private LocalSettings(Home home, Map<Setting, String> values, Map<String, String> environment) {
        this.home = home;
        this.values = values;
        this.environment = environment;
    }

    /**
     * @param overrides what was given on the command line, by key
     * @throws InvalidSettingException for a key that does not exist or a value that it cannot have
     */
    public static LocalSettings load(Home home, Map<String, String> environment, Map<String, String> overrides) {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        fromFile(home).forEach((key, value) -> put(given, key.toString(), value.toString(), home.settings() + ": "));
        for (Setting setting : Setting.values()) {
            String value = environment.get(setting.environmentName());
            if (value != null && !value.isBlank()) {
                given.put(setting, setting.checked(value, setting.environmentName()));
            }
        }
        overrides.forEach((key, value) -> put(given, key, value, "--set "));
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            values.put(setting, given.getOrDefault(setting, setting.defaultValue()));
        }
        requireDifferentPorts(values);
        portsInUse(home).forEach((setting, port) -> values.put(setting, given.getOrDefault(setting, port)));
        return new LocalSettings(home, values, Map.copyOf(environment));
    }

    /**
     * Where the stack was started with {@code --set}, the next command finds it without. A process that has ended while others run comes
     * back where it was: at its default port another stack may answer.
     */
    private static Map<Setting, String> portsInUse(Home home) {
        Map<Setting, String> ports = new EnumMap<>(Setting.class);
        try {
            StackState state = new StackState(home);
            for (StackState.Entry entry : state.isAnyRunning() ? state.entries() : List.<StackState.Entry>of()) {
                Setting.named(entry.name() + ".port")
                        .ifPresent(setting -> ports.put(setting, Integer.toString(entry.port())));
            }
        } catch (StackException e) {
            // Whoever starts or ends processes is told that their list cannot be read; others need no more than a
            // guess.
        }
        return ports;
    }

    /** The second process would not start, and the port be taken by one's own. */
    private static void requireDifferentPorts(Map<Setting, String> values) {
        Map<Integer, Setting> taken = new HashMap<>();
        values.forEach((setting, value) -> {
            Setting other = setting.isPort() ? taken.put(Integer.parseInt(value), setting) : null;
            if (other != null) {
                throw new InvalidSettingException(other.key() + " and " + setting.key() + " are both " + value
                        + ": each needs a port of its own");
            }
        });
    }

    private static Properties fromFile(Home home) {
        Properties file = new Properties();
        if (Files.exists(home.settings())) {
            try (Reader reader = Files.newBufferedReader(home.settings())) {
                file.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(home.settings() + " cannot be read", e);
            }
        }
        return file;
    }

    private static void put(Map<Setting, String> values, String key, String value, String source) {
        Setting setting = Setting.named(key)
                .orElseThrow(() -> new InvalidSettingException(
                        source + key + ": no such setting; there are " + String.join(", ", Setting.keys())));
        values.put(setting, setting.checked(value, source + key));
    }

    public Home home() {
        return home;
    }

    public String text(Setting setting) {
        return values.get(setting);
    }

    public int number(Setting setting) {
        return Integer.parseInt(text(setting));
    }

    /** The largest heap of each process, as {@code java -Xmx} has it. */
    public List<String> heaps() {
        return Arrays.stream(Setting.values())
                .filter(setting -> setting.key().endsWith(".heap"))
                .map(this::text)
                .toList();
    }

    public String bootstrapServers() {
        return HOST + ":" + text(Setting.BROKER_PORT);
    }

    public String registryUrl() {
        return (security().isPresent() ? "https://" : "http://") + HOST + ":" + text(Setting.REGISTRY_PORT)
                + "/apis/ccompat/v7";
    }

    /** Certificates and users, if the stack is secured. */
    public Optional<SecurityFolder> security() {
        return Optional.of(securityFolder()).filter(SecurityFolder::exists);
    }

    public SecurityFolder securityFolder() {
        String folder = text(Setting.SECURITY);
        return SecurityFolder.at(folder.isEmpty() ? home.security() : Path.of(folder));
    }

    /** Makes what is missing of a secured stack's certificates and users. */
    public static void makeSecure(SecurityFolder folder) {
        folder.makeKeepingFirstLogins(List.of(HOST, "localhost"));
    }

    /** The settings by which an operator reaches the stack's Kafka and registry. */
    public KafkaSettings kafka() {
        return kafka(AccessRules.OPERATOR);
    }

    /**
     * The settings by which a user reaches the stack's Kafka and registry; where it is not secured, nobody is asked.
     *
     * @param user one of {@link SecurityFolder#users()}
     */
    public KafkaSettings kafka(String user) {
        return security()
                .map(security -> security.login(user, bootstrapServers(), registryUrl()))
                .orElseGet(() -> new KafkaSettings(bootstrapServers(), registryUrl()));
    }

    public String consoleUrl() {
        return "http://" + HOST + ":" + text(Setting.CONSOLE_PORT);
    }

    /** The port on which a process ({@code primal-trainer}) answers HTTP. */
    public int port(String process) {
        return number(Setting.named(process + ".port").orElseThrow());
    }

    /** Root of the artifact store that the services share. */
    public URI artifactsRoot() {
        String root = text(Setting.ARTIFACTS_ROOT);
        return root.isEmpty() ? home.data("artifacts").toUri() : URI.create(root);
    }

    /** The settings by which this process reaches that store; what an s3: root needs is in the environment, where the services find it too. */
    public ArtifactSettings artifacts() {
        Map<String, String> values = new HashMap<>();
        values.put("SADDLE_ARTIFACTS_CACHE_DIR", home.data("artifact-cache").toString());
        values.putAll(environment);
        values.put("SADDLE_ARTIFACTS_ROOT", artifactsRoot().toString());
        return ArtifactSettings.of(name -> Optional.ofNullable(values.get(Setting.variable(name))));
    }

    /** The folder of the classifiers that evaluators have trained. */
    public Path classifiers() {
        String folder = text(Setting.CLASSIFIERS);
        return folder.isEmpty() ? home.data("classifiers") : Path.of(folder);
    }

    /**
     * Refuses what the environment says and this stack sets itself: whoever said it would look for it in vain.
     *
     * @throws InvalidSettingException naming what to use instead
     */
    void refuseWhatIsOverruled() {
        OVERRULED.forEach((variable, instead) -> {
            if (!environment.getOrDefault(variable, "").isBlank()) {
                throw new InvalidSettingException(variable + ": has no effect on a stack of 'up': " + instead);
            }
        });
    }

    /** Extra flags of a process's JVM, from {@code SADDLE_JAVA_OPTS_PRIMAL_TRAINER} for {@code primal-trainer}. */
    List<String> javaOptions(String process) {
        String variable = javaOptionsVariable(process);
        List<String> options = Arrays.stream(
                        environment.getOrDefault(variable, "").trim().split("\\s+"))
                .filter(option -> !option.isEmpty())
                .collect(Collectors.toList());
        options.forEach(option -> requireNotSecret(variable, option));
        return options;
    }

    private static void requireNotSecret(String variable, String option) {
        Matcher property = PROPERTY.matcher(option);
        if (property.matches() && SecretNames.contain(property.group(1))) {
            throw new InvalidSettingException(variable + ": -D" + property.group(1)
                    + " would be seen by everybody who lists processes; set " + Setting.variable(property.group(1))
                    + " in the environment");
        }
    }

    public static String javaOptionsVariable(String process) {
        return Setting.variable("saddle.java.opts." + process);
    }
}
