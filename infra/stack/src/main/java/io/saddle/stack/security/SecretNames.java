package io.saddle.stack.security;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The names of settings whose values are secret: not to be had from a command line, which every user of the machine can read. */
public final class SecretNames {

    /** Under which Kafka's and the registry's client are set in a service. */
    private static final List<String> PREFIXES = List.of("saddle.kafka.", "saddle.registry.client.");

    private static final Pattern SECRET =
            Pattern.compile("password|secret|jaas|token$|user\\.info|embedded\\.users\\.");

    private SecretNames() {}

    /** @param name of a client's setting, or of a service's */
    public static boolean contain(String name) {
        String setting = PREFIXES.stream()
                .filter(name::startsWith)
                .findFirst()
                .map(prefix -> name.substring(prefix.length()))
                .orElse(name);
        ConfigKey key = AdminClientConfig.configDef().configKeys().get(setting);
        return key != null && key.type() == ConfigDef.Type.PASSWORD
                || SECRET.matcher(setting.toLowerCase(Locale.ROOT)).find();
    }
}
