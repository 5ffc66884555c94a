package io.saddle.console.notification.channel;

import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Quarkus' mailer, called on an event loop. For any other thread Vert.x opens a connection on one event loop and reads from it on another;
 * what a quick server says before that, its greeting, is lost now and then, and the mail waits for it until it is given up.
 */
@Singleton
public class MailSender {

    /**
     * That of RFC 5321, 4.5.3.2.6, for the answer to what was sent: a server that looks at it for some minutes has taken it, and whoever has
     * left by then sends it again. A connection that is not made fails long before.
     */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ReactiveMailer mailer;
    private final Vertx vertx;

    MailSender(ReactiveMailer mailer, Vertx vertx) {
        this.mailer = mailer;
        this.vertx = vertx;
    }

    /**
     * Returns when the mail server has taken it.
     *
     * @throws ExecutionException with what has failed
     * @throws TimeoutException if nothing comes of it within {@link #PATIENCE}
     */
    public void send(Mail mail) throws ExecutionException, TimeoutException, InterruptedException {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        vertx.getOrCreateContext()
                .runOnContext(begin -> Uni.createFrom()
                        .deferred(() -> mailer.send(mail))
                        .subscribe()
                        .with(sent::complete, sent::completeExceptionally));
        sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
