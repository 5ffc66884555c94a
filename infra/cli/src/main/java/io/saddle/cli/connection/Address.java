package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Addresses that a user names. */
public final class Address {

    private static final Pattern LOGIN = Pattern.compile("//[^/]*@");

    private Address() {}

    /**
     * @param option that it was given by
     * @return the same, without blanks around it
     * @throws CommandException if it is no address of an HTTP server, or one with a password, which whoever lists processes sees, and whom
     *     messages tell
     */
    public static String checked(String option, String url) {
        URI uri = uri(option, url, "http://HOST:PORT");
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!isHttp || uri.getHost() == null) {
            throw wrong(option, "http://HOST:PORT", url);
        }
        if (uri.getRawUserInfo() != null) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    option + ": an address with a login in it is seen by others: name " + uri.getScheme() + "://"
                            + uri.getAuthority().replaceFirst(".*@", "") + ", and give the login as --help says");
        }
        return url.strip();
    }

    /**
     * @param option that it was given by
     * @param expected such as {@code file:/absolute/folder}
     * @throws CommandException if it is no URI with a scheme
     */
    public static URI uri(String option, String text, String expected) {
        try {
            URI uri = new URI(text.strip());
            if (uri.isAbsolute()) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // As one without a scheme.
        }
        throw wrong(option, expected, text);
    }

    /** A name as a part of a path or of a query. */
    public static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static CommandException wrong(String option, String expected, String text) {
        return new CommandException(
                ExitCode.INVALID_INPUT,
                option + ": must be an address such as " + expected + ", was '"
                        + LOGIN.matcher(text).replaceFirst("//") + "'");
    }
}
