package io.saddle.stack.security;

import io.saddle.topic.AccessRules;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the broker is told of users and TLS. */
final class BrokerSettings {

    /** Not Kafka's: those who can log in before anybody has told the broker of users, when its folder is formatted. */
    private static final String FIRST_LOGIN = "saddle.scram.";

    private static final Pattern PASSWORD = Pattern.compile(",password=([^\\]]*)]");

    private BrokerSettings() {}

    /**
     * @param certificate the broker's own, where it finds it
     * @param trust the certificates that it trusts, likewise
     * @param password of a user, by name
     */
    static Map<String, String> of(
            Path certificate, Path trust, StorePasswords passwords, UnaryOperator<String> password) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:SSL");
        settings.put("listener.name.controller.ssl.client.auth", "required");
        settings.put("sasl.enabled.mechanisms", UserFile.MECHANISM);
        settings.put("sasl.mechanism.inter.broker.protocol", UserFile.MECHANISM);
        settings.put(
                "listener.name.clients.scram-sha-512.sasl.jaas.config",
                UserFile.login(AccessRules.BROKER, password.apply(AccessRules.BROKER)));
        settings.put("ssl.keystore.type", Certificates.TYPE);
        settings.put("ssl.keystore.location", certificate.toString());
        settings.put("ssl.keystore.password", passwords.store());
        settings.put("ssl.truststore.type", Certificates.TYPE);
        settings.put("ssl.truststore.location", trust.toString());
        settings.put("ssl.truststore.password", passwords.trust());
        settings.put("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:" + AccessRules.BROKER + ";User:" + AccessRules.ADMIN);
        for (String user : List.of(AccessRules.BROKER, AccessRules.ADMIN)) {
            settings.put(
                    FIRST_LOGIN + user,
                    UserFile.MECHANISM + "=[name=" + user + ",password=" + password.apply(user) + "]");
        }
        return settings;
    }

    /** The password of one of those who can log in first; empty of anybody else. */
    static Optional<String> firstPassword(Map<String, String> settings, String user) {
        return Optional.ofNullable(settings.get(FIRST_LOGIN + user))
                .map(PASSWORD::matcher)
                .filter(Matcher::find)
                .map(password -> password.group(1));
    }
}
