package io.saddle.stack.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/**
 * Passwords of the key stores.
 *
 * @param store of those with private keys
 * @param trust of the one that clients trust, which holds nothing secret
 */
record StorePasswords(String store, String trust) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 24;

    /** Those in a file, which is made if it is missing. */
    static StorePasswords of(Path file) throws IOException {
        if (!Files.exists(file)) {
            PropertyFile.write(file, Map.of("store", random(), "trust", random()));
        }
        Map<String, String> kept = PropertyFile.read(file);
        return new StorePasswords(kept.get("store"), kept.get("trust"));
    }

    /** 192 random bits, in letters, digits, '-' and '_'. */
    static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "StorePasswords[...]";
    }
}
