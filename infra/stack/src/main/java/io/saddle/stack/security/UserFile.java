package io.saddle.stack.security;

import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.TokenFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A user's login, under the names that saddle's services know the settings by. */
public final class UserFile {

    static final String MECHANISM = "SCRAM-SHA-512";

    private static final String KAFKA = "saddle.kafka.";
    private static final String REGISTRY = "saddle.registry.client.";
    private static final String JAAS = "sasl.jaas.config";
    private static final Pattern PASSWORD = Pattern.compile("password=\"([^\"]*)\"");

    private final Map<String, String> settings;

    private UserFile(Map<String, String> settings) {
        this.settings = settings;
    }

    /**
     * @param password at the broker
     * @param token the file of the user's token, where whoever logs in finds it
     * @param trust the certificates that are trusted, likewise
     */
    static Map<String, String> make(String user, String password, Path token, Path trust, String trustPassword) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(KAFKA + "security.protocol", "SASL_SSL");
        settings.put(KAFKA + "sasl.mechanism", MECHANISM);
        settings.put(KAFKA + JAAS, login(user, password));
        trust(settings, KAFKA, trust, trustPassword);
        token(settings, token);
        trust(settings, REGISTRY + "schema.registry.", trust, trustPassword);
        return settings;
    }

    private static void token(Map<String, String> settings, Path token) {
        settings.put(REGISTRY + "bearer.auth.credentials.source", "CUSTOM");
        settings.put(REGISTRY + "bearer.auth.custom.provider.class", TokenFile.class.getName());
        settings.put(REGISTRY + TokenFile.FILE, token.toString());
    }

    /**
     * The settings of a user whose token an earlier release wrote among them.
     *
     * @return empty if they name the token's file already
     */
    static Optional<Map<String, String>> withTokenFile(Map<String, String> settings, Path token) {
        if (settings.containsKey(REGISTRY + TokenFile.FILE)) {
            return Optional.empty();
        }
        Map<String, String> changed = new LinkedHashMap<>(settings);
        changed.remove(REGISTRY + "bearer.auth.token");
        token(changed, token);
        return Optional.of(changed);
    }

    private static void trust(Map<String, String> settings, String prefix, Path trust, String password) {
        settings.put(prefix + "ssl.truststore.type", Certificates.TYPE);
        settings.put(prefix + "ssl.truststore.location", trust.toString());
        settings.put(prefix + "ssl.truststore.password", password);
    }

    /** JAAS configuration of one user. */
    static String login(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    /**
     * @throws java.io.UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if a setting in it is neither the Kafka clients' nor the registry client's
     */
    public static UserFile read(Path file) {
        Map<String, String> settings = PropertyFile.read(file);
        for (String name : settings.keySet()) {
            if (!name.startsWith(KAFKA) && !name.startsWith(REGISTRY)) {
                throw new IllegalArgumentException(file + ": '" + name + "' begins neither with " + KAFKA
                        + " (settings of Kafka's clients) nor with " + REGISTRY + " (of the registry's)");
            }
        }
        return new UserFile(settings);
    }

    /** The settings of a client that logs in with it. */
    public KafkaSettings settings(String bootstrapServers, String registryUrl) {
        return new KafkaSettings(bootstrapServers, registryUrl, under(KAFKA), under(REGISTRY));
    }

    /** Its password at the broker. */
    public String password() {
        Matcher password = PASSWORD.matcher(settings.getOrDefault(KAFKA + JAAS, ""));
        if (!password.find()) {
            throw new IllegalArgumentException(KAFKA + JAAS + " has no password");
        }
        return password.group(1);
    }

    private Map<String, String> under(String prefix) {
        Map<String, String> found = new LinkedHashMap<>();
        settings.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }
}
