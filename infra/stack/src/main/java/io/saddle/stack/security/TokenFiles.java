package io.saddle.stack.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collection;

/**
 * The tokens of the registry's users, each in a folder of its own: whoever is given the folder sees the next token as well, whole,
 * at the moment that it takes the place of the one before.
 */
final class TokenFiles {

    static final String NAME = "token";

    private final Path folder;
    private final RegistryTokens tokens;
    private final boolean readByAll;

    /** @param readByAll for containers, whose processes run as other users */
    TokenFiles(Path folder, RegistryTokens tokens, boolean readByAll) {
        this.folder = folder;
        this.tokens = tokens;
        this.readByAll = readByAll;
    }

    /** A user's file. */
    static Path in(Path folder, String user) {
        return folder.resolve(user).resolve(NAME);
    }

    /** Makes the tokens that are missing, that another key signed, or that should not get older. */
    void renew(Collection<String> users, Instant now) throws IOException {
        makeFolder(folder);
        for (String user : users) {
            Path file = in(folder, user);
            if (!tokens.isFresh(read(file), now)) {
                makeFolder(file.getParent());
                SecretFile.replace(file, tokens.of(user, now), readByAll ? SecretFile.FOR_ALL : SecretFile.FOR_OWNER);
            }
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException notYet) {
            return "";
        }
    }

    private void makeFolder(Path made) throws IOException {
        if (!Files.exists(made)) {
            Files.createDirectory(made);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(readByAll ? "rwxr-xr-x" : "rwx------"));
        }
    }
}
