package io.saddle.console.access;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.runtime.security.BasicAuthenticationMechanism;
import io.quarkus.vertx.http.security.HttpSecurity;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings that decide whether people have to say who they are. They have to as soon as OpenID Connect is on or a password
 * is set; without either the console listens on loopback only, and everybody there may do everything.
 */
@ApplicationScoped
class AccessSettings {

    private static final Logger LOG = LoggerFactory.getLogger(AccessSettings.class);
    private static final String REALM = "saddle";
    private static final int SHORTEST_PASSWORD = 12;
    /** Before anything else starts. */
    private static final int FIRST = 1;

    private final String host;
    private final boolean openIdConnect;
    private final Optional<String> logoutPath;
    private final boolean encrypted;
    private final Map<String, Optional<String>> passwords;

    AccessSettings(
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean openIdConnect,
            @ConfigProperty(name = "quarkus.oidc.logout.path") Optional<String> logoutPath,
            @ConfigProperty(name = "quarkus.http.ssl.certificate.files") Optional<String> certificate,
            @ConfigProperty(name = "saddle.console.viewer-password") Optional<String> viewerPassword,
            @ConfigProperty(name = "saddle.console.operator-password") Optional<String> operatorPassword) {
        this.host = host;
        this.openIdConnect = openIdConnect;
        this.logoutPath = logoutPath;
        this.encrypted = certificate.isPresent();
        this.passwords = Map.of(
                "saddle.console.viewer-password", viewerPassword,
                "saddle.console.operator-password", operatorPassword);
    }

    void check(@Observes @Priority(FIRST) StartupEvent event) {
        passwords.forEach((key, password) -> {
            if (password.isPresent() && password.get().length() < SHORTEST_PASSWORD) {
                throw new ConfigurationException(key + ": must have at least " + SHORTEST_PASSWORD + " characters");
            }
        });
        if (isLoopback(host)) {
            return;
        }
        if (!isIdentityNeeded()) {
            throw new ConfigurationException("quarkus.http.host=" + host + ": anybody who reaches this address could"
                    + " change runs. Set saddle.console.operator-password (SADDLE_CONSOLE_OPERATOR_PASSWORD), or"
                    + " quarkus.oidc.tenant-enabled=true with quarkus.oidc.auth-server-url, or listen on 127.0.0.1");
        }
        if (!encrypted) {
            LOG.warn(
                    "listening on {} without TLS: have a proxy that ends it in front, or set quarkus.http.ssl.certificate.files",
                    host);
        }
    }

    /** Beside OpenID Connect for metrics alone: browsers would be asked for a password rather than led to the provider. */
    void passwords(@Observes HttpSecurity security) {
        // Before OpenID Connect, which would challenge even while it is off.
        BasicAuthenticationMechanism passwords =
                new BasicAuthenticationMechanism(REALM, false, BasicAuthenticationMechanism.PRIORITY);
        security.mechanism(openIdConnect ? new MetricsPasswords(passwords) : passwords);
    }

    boolean isIdentityNeeded() {
        return openIdConnect || passwords.values().stream().anyMatch(Optional::isPresent);
    }

    /** The address that ends a login at the provider; browsers forget no password that they were given. */
    Optional<String> logoutPath() {
        return logoutPath.filter(path -> openIdConnect);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
