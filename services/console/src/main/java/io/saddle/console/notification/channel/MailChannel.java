package io.saddle.console.notification.channel;

import io.quarkus.mailer.Mail;
import io.saddle.schema.Notification;
import io.vertx.ext.mail.SMTPException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Sends mail through Quarkus' mailer, whose settings say by which server and from whom. */
final class MailChannel implements Channel {

    static final String FORMAT = "mail";

    private final String name;
    private final List<String> recipients;
    private final Links links;
    private final MailSender sender;

    MailChannel(String name, List<String> recipients, Links links, MailSender sender) {
        this.name = name;
        this.recipients = List.copyOf(recipients);
        this.links = links;
        this.sender = sender;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String format() {
        return FORMAT;
    }

    @Override
    public String deliver(Notification notification)
            throws RefusedByReceiverException, UndeliveredException, InterruptedException {
        Mail mail = new Mail()
                .setTo(recipients)
                .setSubject("[saddle] " + notification.getTitle().replaceAll("\\s+", " "))
                .setText(text(notification))
                .addHeader(WebhookChannel.EVENT_ID, notification.getEventId());
        try {
            sender.send(mail);
            return "handed to the mail server";
        } catch (TimeoutException e) {
            throw new UndeliveredException(
                    "the mail server did not answer within " + MailSender.PATIENCE.toMinutes() + " minutes", null);
        } catch (ExecutionException e) {
            Optional<SMTPException> answer = answer(e);
            if (answer.filter(SMTPException::isPermanent).isPresent()) {
                throw new RefusedByReceiverException(
                        "the mail server refused it: " + answer.get().getReplyCode());
            }
            throw new UndeliveredException(
                    answer.map(said -> "the mail server answered " + said.getReplyCode())
                            .orElseGet(() -> "the mail server cannot be reached: " + inWords(e)),
                    null);
        }
    }

    private static Optional<SMTPException> answer(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SMTPException said) {
                return Optional.of(said);
            }
        }
        return Optional.empty();
    }

    /** What the innermost cause says: those around it only repeat it behind names of classes. */
    private static String inWords(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? "it did not say why" : cause.getMessage();
    }

    private String text(Notification notification) {
        Map<String, String> facts = new TreeMap<>(notification.getFacts());
        return notification.getTitle() + "\n\n"
                + (notification.getMessage().isEmpty() ? "" : notification.getMessage() + "\n\n")
                + facts.entrySet().stream()
                        .map(fact -> fact.getKey() + ": " + fact.getValue() + "\n")
                        .collect(Collectors.joining())
                + links.to(notification).map(link -> "\n" + link + "\n").orElse("")
                + "\n" + notification.getSeverity() + ", rule " + notification.getRule() + ", "
                + notification.getOccurredAt() + "\n";
    }

    @Override
    public String toString() {
        return "channel " + name + " (" + FORMAT + ")";
    }
}
