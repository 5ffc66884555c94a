package io.saddle.stack.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.EnumSet;

/** Private keys and certificates as text (RFC 7468), readable by their owner only. */
final class PemFile {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private PemFile() {}

    /** Writes the one key of a store and its chain of certificates, unless the file is there. */
    static void of(Path store, String password, Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance(Certificates.TYPE);
            keys.load(in, password.toCharArray());
            StringBuilder text = new StringBuilder();
            text.append(
                    key(keys.getKey(Certificates.SERVER, password.toCharArray()).getEncoded()));
            for (Certificate certificate : keys.getCertificateChain(Certificates.SERVER)) {
                text.append(part("CERTIFICATE", certificate.getEncoded()));
            }
            write(file, text.toString());
        } catch (GeneralSecurityException e) {
            throw new SecurityException(store + " cannot be read", e);
        }
    }

    /** A private key in PKCS #8. */
    static String key(byte[] encoded) {
        return part("PRIVATE KEY", encoded);
    }

    private static String part(String label, byte[] encoded) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(encoded) + "\n-----END " + label + "-----\n";
    }

    /** @throws java.nio.file.FileAlreadyExistsException if it is there */
    static void write(Path file, String text) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(StandardCharsets.US_ASCII.encode(text));
        }
    }
}
