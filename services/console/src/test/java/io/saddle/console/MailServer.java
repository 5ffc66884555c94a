package io.saddle.console;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/** A real SMTP server that keeps what it is sent, and refuses recipients as a test wants it. */
final class MailServer implements AutoCloseable {

    /**
     * A mail that was taken.
     *
     * @param recipients of its envelope
     */
    record Received(List<String> recipients, String subject, List<String> eventIds, String text) {}

    private final SMTPServer server;
    private final List<Received> mails = new CopyOnWriteArrayList<>();
    private final Queue<Integer> refusals = new ArrayDeque<>();

    MailServer(int port) {
        server = SMTPServer.port(port)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandlerFactory(context -> new Taker())
                .build();
        server.start();
    }

    /** The code that the next recipient is refused with. */
    synchronized MailServer refuse(int code) {
        refusals.add(code);
        return this;
    }

    private synchronized Integer refusal() {
        return refusals.poll();
    }

    /** Every mail that was taken, in their order. */
    List<Received> mails() {
        return mails;
    }

    /** One mail. */
    private final class Taker implements MessageHandler {

        private final List<String> recipients = new ArrayList<>();

        @Override
        public void from(String from) {}

        @Override
        public void recipient(String recipient) throws RejectException {
            Integer code = refusal();
            if (code != null) {
                throw new RejectException(code, "<" + recipient + "> not now");
            }
            recipients.add(recipient);
        }

        @Override
        public String data(InputStream data) throws IOException {
            try {
                MimeMessage message = new MimeMessage(Session.getInstance(new Properties()), data);
                mails.add(new Received(
                        List.copyOf(recipients),
                        message.getSubject(),
                        List.of(message.getHeader("Saddle-Event-Id")),
                        (String) message.getContent()));
                return null;
            } catch (MessagingException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void done() {}
    }

    @Override
    public void close() {
        server.stop();
    }
}
