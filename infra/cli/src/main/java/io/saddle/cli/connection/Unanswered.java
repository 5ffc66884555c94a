package io.saddle.cli.connection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.AuthenticationException;

/**
 * Why a Kafka did not answer.
 *
 * @param what in a line
 * @param remedy what to do
 */
public record Unanswered(String what, String remedy) {

    private static final int CONNECT_MILLIS = 2000;
    private static final String PROTOCOL = "security.protocol";
    private static final String FILES =
            "such as security/users/operator.properties, or admin.properties for 'setup --users'";

    /**
     * @param bootstrap HOST:PORT list
     * @param client settings of the client that asked
     * @param failure what it saw
     */
    static Unanswered of(String bootstrap, Map<String, String> client, Exception failure) {
        Optional<String> untrusted = Causes.ofTls(failure);
        if (untrusted.isPresent()) {
            return new Unanswered(
                    "no secure connection to Kafka at " + bootstrap + ": " + untrusted.get(), Causes.TLS_REMEDY);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException) {
                return new Unanswered(
                        "Kafka at " + bootstrap + " refuses the login: " + cause.getMessage(),
                        "name the file of a user that it knows with --login, " + FILES);
            }
        }
        if (client.getOrDefault(PROTOCOL, "PLAINTEXT").equals("PLAINTEXT") && somebodyListens(bootstrap)) {
            return new Unanswered(
                    "Kafka does not answer at " + bootstrap + ", though somebody listens there",
                    "a secured one wants to know who you are: --login FILE, " + FILES);
        }
        return new Unanswered(
                "Kafka does not answer at " + bootstrap,
                "start it with './saddle up', or name another with --bootstrap");
    }

    private static boolean somebodyListens(String bootstrap) {
        String first = bootstrap.split(",")[0].strip();
        int colon = first.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(first.substring(0, colon), Integer.parseInt(first.substring(colon + 1))),
                    CONNECT_MILLIS);
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
