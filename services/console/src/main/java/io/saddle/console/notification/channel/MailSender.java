package io.saddle.console.notification.channel;

import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.quarkus.runtime.LaunchMode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailMessage;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The mail client that Quarkus sets up, called on an event loop. For any other thread Vert.x opens a connection on one event loop and
 * reads from it on another; what a quick server says before that, its greeting, is lost now and then, and the mail waits for it until
 * it is given up.
 *
 * <p>Quarkus' own mailer would write {@code Cc:} with nobody behind it, which RFC 5322 does not have and filters hold against a mail. It is
 * asked where it keeps mails back, as its settings say.
 */
@Singleton
public class MailSender {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ReactiveMailer mailer;
    private final MailClient client;
    private final Vertx vertx;
    private final Optional<String> from;
    private final Optional<String> bounceAddress;
    private final boolean keptBack;

    MailSender(
            ReactiveMailer mailer,
            MailClient client,
            Vertx vertx,
            @ConfigProperty(name = "quarkus.mailer.from") Optional<String> from,
            @ConfigProperty(name = "quarkus.mailer.bounce-address") Optional<String> bounceAddress,
            @ConfigProperty(name = "quarkus.mailer.mock") Optional<Boolean> mock,
            @ConfigProperty(name = "quarkus.mailer.approved-recipients") Optional<List<String>> approved) {
        this.mailer = mailer;
        this.client = client;
        this.vertx = vertx;
        this.from = from;
        this.bounceAddress = bounceAddress;
        keptBack = mock.orElse(LaunchMode.current().isDevOrTest()) || approved.isPresent();
    }

    /**
     * Returns when the mail server has taken it.
     *
     * @param mail a text to whom it names, with headers
     * @throws ExecutionException with what has failed
     * @throws TimeoutException if nothing comes of it within a minute
     */
    public void send(Mail mail) throws ExecutionException, TimeoutException, InterruptedException {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        vertx.getOrCreateContext()
                .runOnContext(begin -> Uni.createFrom()
                        .deferred(() -> keptBack
                                ? mailer.send(mail)
                                : Uni.createFrom()
                                        .completionStage(
                                                client.sendMail(message(mail)).toCompletionStage())
                                        .replaceWithVoid())
                        .subscribe()
                        .with(sent::complete, sent::completeExceptionally));
        sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private MailMessage message(Mail mail) {
        MailMessage message = new MailMessage()
                .setTo(mail.getTo())
                .setSubject(mail.getSubject())
                .setText(mail.getText())
                .setHeaders(HttpHeaders.headers());
        from.ifPresent(message::setFrom);
        bounceAddress.ifPresent(message::setBounceAddress);
        mail.getHeaders().forEach((name, values) -> message.getHeaders().add(name, values));
        return message;
    }
}
