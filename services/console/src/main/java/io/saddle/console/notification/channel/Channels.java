package io.saddle.console.notification.channel;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.saddle.console.notification.channel.NotificationSettings.ChannelSettings;
import io.saddle.run.spec.NearestName;
import io.saddle.run.spec.Problem;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The channels of the settings. They have secrets, so they stand there and on no topic; and whoever may write rules chooses among them,
 * and can have nothing sent to an address of his own.
 */
@Singleton
public class Channels {

    private static final String PREFIX = "saddle.notifications.channels.";
    private static final int FIRST = 1;
    private static final String NAME = "[A-Za-z0-9_-]{1,64}";
    /** HMAC-SHA256 gains nothing from more than 32 bytes, and is guessed with few. */
    private static final int SHORTEST_SECRET = 16;

    private static final Map<String, Body> WEBHOOKS = Map.of(
            "slack", Body.SLACK, "teams", Body.TEAMS, "alertmanager", Body.ALERTMANAGER, "json", Body.JSON_RECORD);

    private final Map<String, Channel> channels = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Optional<String> sender;
    private final Supplier<MailSender> mail;
    private final Links links;
    private final Clock clock;
    private final Supplier<HttpClient> client = new Supplier<>() {
        private HttpClient made;

        @Override
        public HttpClient get() {
            made = made == null ? client() : made;
            return made;
        }
    };

    @Inject
    Channels(
            NotificationSettings settings,
            @ConfigProperty(name = "quarkus.mailer.from") Optional<String> sender,
            Provider<MailSender> mail,
            Clock clock) {
        this(settings, sender, mail, clock, System.getenv().keySet());
    }

    /** @param environment names of its variables */
    Channels(
            NotificationSettings settings,
            Optional<String> sender,
            Provider<MailSender> mail,
            Clock clock,
            Set<String> environment) {
        this.sender = sender;
        this.mail = mail::get;
        this.links = new Links(settings.page().filter(page -> !page.isBlank()));
        this.clock = clock;
        settings.channels().forEach((name, channel) -> {
            if (name.matches(NAME)) {
                add(name, channel);
            } else {
                problem(name, "", "letters, digits, '_' and '-', at most 64");
            }
        });
        problems.addAll(
                ChannelVariables.unheeded(environment, settings.channels().keySet()));
    }

    /** HTTP/1.1: an upgrade to HTTP/2 that nobody answers costs the whole patience. */
    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    /** Rather than to tell nobody, the console does not start with channels that have mistakes. */
    void check(@Observes @Priority(FIRST) StartupEvent event) {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(
                    problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        }
    }

    public boolean isEmpty() {
        return channels.isEmpty();
    }

    /** Every channel, by name. */
    public List<Channel> all() {
        return List.copyOf(channels.values());
    }

    /** Whether there is one of this name. */
    public boolean has(String name) {
        return channels.containsKey(name);
    }

    /** Why a name is no channel's, with what was perhaps meant. */
    public String missing(String name) {
        return "there is no channel '" + name + "'"
                + NearestName.of(name, channels.keySet())
                        .map(nearest -> ", did you mean " + nearest + "?")
                        .orElse(
                                channels.isEmpty()
                                        ? "; none is set up (saddle.notifications.channels.NAME.format, docs/notifications.md)"
                                        : "; there are " + String.join(", ", channels.keySet()));
    }

    private void add(String name, ChannelSettings settings) {
        String format = settings.format().orElse("");
        if (format.equals(MailChannel.FORMAT)) {
            addMail(name, settings);
        } else if (WEBHOOKS.containsKey(format)) {
            addWebhook(name, WEBHOOKS.get(format), settings);
        } else {
            problem(
                    name,
                    "format",
                    "must be mail, " + String.join(", ", new TreeSet<>(WEBHOOKS.keySet())) + ", was '" + format + "'");
        }
    }

    private void addMail(String name, ChannelSettings settings) {
        List<String> to = settings.to().orElse(List.of());
        if (to.isEmpty() || to.stream().anyMatch(address -> !address.matches("\\S+@\\S+"))) {
            problem(name, "to", "mail addresses, with commas between");
        }
        if (sender.isEmpty()) {
            problems.add(new Problem("quarkus.mailer.from", "who channel " + name + " sends mail as"));
        }
        channels.put(name, new MailChannel(name, to, links, mail.get()));
    }

    private void addWebhook(String name, Body body, ChannelSettings settings) {
        Optional<String> secret = settings.secret();
        if (secret.filter(key -> key.length() < SHORTEST_SECRET).isPresent()) {
            problem(name, "secret", "must have at least " + SHORTEST_SECRET + " characters");
        }
        address(name, settings.url().orElse(""))
                .ifPresent(address -> channels.put(
                        name, new WebhookChannel(name, body, address, secret, links, client.get(), clock)));
    }

    private Optional<URI> address(String name, String url) {
        try {
            URI address = new URI(url);
            boolean isHttp = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
            if (!isHttp || address.getHost() == null || address.getUserInfo() != null) {
                problem(name, "url", "must be http:// or https://, with a host and without a user");
            } else if (isLinkLocal(address.getHost())) {
                problem(
                        name,
                        "url",
                        "is a link-local address, where machines of clouds have their own credentials and no receiver is");
            } else {
                return Optional.of(address);
            }
        } catch (URISyntaxException e) {
            // Its message says the address.
            problem(name, "url", "is no address");
        }
        return Optional.empty();
    }

    /** Only of what is written as an address: names are the business of whoever writes the settings. */
    private static boolean isLinkLocal(String host) {
        try {
            return host.matches("[0-9.]+|\\[.*]") && InetAddress.getByName(host).isLinkLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private void problem(String channel, String key, String what) {
        problems.add(new Problem(PREFIX + channel + (key.isEmpty() ? "" : "." + key), what));
    }
}
