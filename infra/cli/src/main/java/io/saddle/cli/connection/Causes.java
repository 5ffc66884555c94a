package io.saddle.cli.connection;

import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** The reasons of failures, each in a line. */
public final class Causes {

    /** What to do about {@link #ofTls}. */
    public static final String TLS_REMEDY =
            "see that the certificate is of the authority that the file of --login trusts, has not expired (or this machine's"
                    + " clock is wrong), and names the host";

    private Causes() {}

    /** What the innermost cause says. */
    public static String innermost(Throwable failure) {
        Throwable cause = all(failure).reduce((outer, inner) -> inner).orElseThrow();
        String said = cause.getMessage();
        return said == null || said.isBlank()
                ? cause.getClass().getSimpleName()
                : said.strip().replaceAll("\\s+", " ");
    }

    /** What is wrong with a certificate, or the handshake; empty if a connection did not fail for that. */
    public static Optional<String> ofTls(Throwable failure) {
        return all(failure).anyMatch(Causes::isOfTls) ? Optional.of(innermost(failure)) : Optional.empty();
    }

    private static boolean isOfTls(Throwable cause) {
        return cause instanceof SSLException
                || cause instanceof CertificateException
                || cause instanceof SslAuthenticationException;
    }

    private static Stream<Throwable> all(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }
}
