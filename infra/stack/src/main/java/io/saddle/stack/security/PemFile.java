package io.saddle.stack.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;

/** Private keys and certificates as text (RFC 7468), readable by their owner only. */
final class PemFile {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private PemFile() {}

    /** Writes the one key of a store and its chain of certificates, unless the file is there and whole. */
    static void of(Path store, String password, Path file) throws IOException {
        if (isWhole(file)) {
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
            SecretFile.replace(file, text.toString(), SecretFile.FOR_OWNER);
        } catch (GeneralSecurityException e) {
            throw new SecurityException(store + " cannot be read", e);
        }
    }

    /** Earlier releases wrote it in place, and left its start or nothing where the disk was full. */
    private static boolean isWhole(Path file) throws IOException {
        return Files.exists(file) && Files.readString(file).stripTrailing().endsWith("-----");
    }

    /** A private key in PKCS #8. */
    static String key(byte[] encoded) {
        return part("PRIVATE KEY", encoded);
    }

    private static String part(String label, byte[] encoded) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(encoded) + "\n-----END " + label + "-----\n";
    }
}
