package io.saddle.console.access;

import io.vertx.core.http.HttpServerRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** The address that a client is told from others by; of IPv6 its network, within which one machine may have any. */
public final class ClientAddress {

    private static final int NETWORK_BYTES = 8;

    private ClientAddress() {}

    /** Behind a proxy it is the proxy's, unless Quarkus is told to heed what that one says of its clients. */
    public static String of(HttpServerRequest request) {
        return of(
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress());
    }

    static String of(String address) {
        if (address == null || address.indexOf(':') < 0) {
            return String.valueOf(address);
        }
        try {
            // An address is only read, no resolver asked.
            InetAddress read = InetAddress.getByName(address);
            return read instanceof Inet6Address
                    ? HexFormat.ofDelimiter(":").formatHex(Arrays.copyOf(read.getAddress(), NETWORK_BYTES))
                    : read.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
