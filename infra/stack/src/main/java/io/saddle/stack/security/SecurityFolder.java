package io.saddle.stack.security;

import io.saddle.kafka.KafkaSettings;
import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The files of a secured cluster, in a folder that only its owner reads:
 *
 * <pre>
 * authority.p12, ca.pem, trust.p12   the certificate authority; what clients trust
 * server.p12, server.pem             certificate and key of broker and registry
 * token-key.pem                      signs the tokens that the registry takes
 * broker.properties                  for the broker
 * registry.properties                for the registry
 * console.properties                 passwords of the console's users
 * users/NAME.properties              for each user, service or person
 * tokens/NAME/token                  what the user shows to the registry; made anew again and again
 * lock                               held while any of these is changed
 * </pre>
 *
 * A user's file names what a service needs to log in by the names of its own settings, so that it is given to a service as
 * {@code SMALLRYE_CONFIG_LOCATIONS} and to the command line as {@code --login}; the console is given {@code console.properties},
 * too.
 */
public final class SecurityFolder {

    private static final String AUTHORITY = "authority.p12";
    private static final String LOCK = "lock";
    private static final String OWNER_ONLY = "rwx------";

    private final Path folder;
    private final Path seenAs;

    private SecurityFolder(Path folder, Path seenAs) {
        this.folder = folder.toAbsolutePath().normalize();
        this.seenAs = seenAs;
    }

    /** @param folder may be missing until {@link #make} */
    public static SecurityFolder at(Path folder) {
        return new SecurityFolder(folder, folder.toAbsolutePath().normalize());
    }

    /** As {@link #at}, for processes that find the folder in another place, such as in a container. */
    public SecurityFolder seenAs(Path place) {
        return new SecurityFolder(folder, place);
    }

    /** {@link #seenAs} the place in containers that it was made for, if it was made for any. */
    public SecurityFolder asMade() {
        return Files.exists(registryFile())
                ? RegistrySettings.certificateInImage(PropertyFile.read(registryFile()))
                        .map(certificate -> seenAs(certificate.getParent()))
                        .orElse(this)
                : this;
    }

    /** True if it was made. */
    public boolean exists() {
        return Files.exists(folder.resolve(AUTHORITY));
    }

    /**
     * Makes what is missing, and tokens that are hours old anew, and leaves the rest alone.
     *
     * @param hosts names and addresses that broker and registry are reached by; only heeded when their certificate is made
     * @throws SecurityException if a certificate cannot be made
     */
    public void make(List<String> hosts) {
        make(hosts, user -> StorePasswords.random());
    }

    /**
     * As {@link #make}, for a broker whose folder is formatted with what {@code broker.properties} says: whose file is missing of those who
     * could log in then gets one with the password of then, for nobody else could tell the broker of another.
     */
    public void makeKeepingFirstLogins(List<String> hosts) {
        make(hosts, user -> firstPassword(user).orElseGet(StorePasswords::random));
    }

    private Optional<String> firstPassword(String user) {
        return Files.exists(brokerFile())
                ? BrokerSettings.firstPassword(PropertyFile.read(brokerFile()), user)
                : Optional.empty();
    }

    private void make(List<String> hosts, UnaryOperator<String> newPassword) {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            alone(() -> makeMissing(hosts, newPassword));
        } catch (IOException e) {
            throw new UncheckedIOException("the security folder " + folder + " cannot be written", e);
        }
    }

    private void makeMissing(List<String> hosts, UnaryOperator<String> newPassword) throws IOException {
        // One that was there before may be open, and what containers read in it is kept from others by it alone.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(OWNER_ONLY));
        Files.createDirectories(
                folder.resolve("users"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        StorePasswords passwords = StorePasswords.of(folder.resolve("stores.properties"));
        Certificates.make(folder, AUTHORITY, passwords, hosts);
        PemFile.of(folder.resolve("server.p12"), passwords.store(), folder.resolve("server.pem"));
        RegistryTokens tokens = RegistryTokens.of(tokenKey());
        tokenFiles(tokens).renew(users(), Instant.now());
        for (String user : users()) {
            makeUserFile(user, newPassword, passwords);
        }
        ConsolePasswords.make(consoleFile());
        PropertyFile.write(
                brokerFile(),
                BrokerSettings.of(
                        seenAs.resolve("server.p12"), seenAs.resolve("trust.p12"), passwords, this::password));
        Map<String, String> registry = isSeenHere()
                ? RegistrySettings.ofLocalStack(tokens, seenAs.resolve("server.p12"), passwords.store())
                : RegistrySettings.ofImage(tokens, seenAs.resolve("server.p12"), passwords.store());
        PropertyFile.write(registryFile(), registry);
        if (!isSeenHere()) {
            openForContainers();
        }
    }

    private void makeUserFile(String user, UnaryOperator<String> newPassword, StorePasswords passwords)
            throws IOException {
        Path file = userFile(user);
        if (!Files.exists(file)) {
            PropertyFile.write(
                    file,
                    UserFile.make(
                            user,
                            newPassword.apply(user),
                            tokenSeenAs(user),
                            seenAs.resolve("trust.p12"),
                            passwords.trust()));
            return;
        }
        Optional<Map<String, String>> changed = UserFile.withTokenFile(PropertyFile.read(file), tokenSeenAs(user));
        if (changed.isPresent()) {
            PropertyFile.write(file, changed.get());
        }
    }

    /**
     * Makes those tokens of the registry anew that are hours old; to be done every hour or so while anybody uses them. Nothing is
     * touched but the files of the tokens.
     *
     * @throws SecurityException if there is nothing of {@link #make} yet, or no key to sign with
     */
    public void renewTokens() {
        mustExist();
        try {
            alone(() -> {
                if (!Files.exists(tokenKey())) {
                    throw new SecurityException(tokenKey() + " is not there, which signs what the registry takes");
                }
                tokenFiles(RegistryTokens.of(tokenKey())).renew(users(), Instant.now());
            });
        } catch (IOException e) {
            throw new UncheckedIOException("the tokens in " + folder + " cannot be made anew", e);
        }
    }

    /**
     * Ends every token that was given out: makes another key to sign with, and all tokens anew. The registry takes these, and no
     * others, from its next start on.
     *
     * @throws SecurityException if there is nothing of {@link #make} yet
     */
    public void replaceTokenKey() {
        mustExist();
        try {
            alone(() -> {
                Files.deleteIfExists(tokenKey());
                makeMissing(List.of(), user -> StorePasswords.random());
            });
        } catch (IOException e) {
            throw new UncheckedIOException("the tokens in " + folder + " cannot be made anew", e);
        }
    }

    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /**
     * Makes a change while nobody else makes one: what renews tokens every hour would else sign with a key that is being replaced, and two at
     * once make two authorities.
     */
    private void alone(Change change) throws IOException {
        // A lock of a file is the whole process's: its own threads wait for each other here.
        synchronized (SecurityFolder.class) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                change.make();
            }
        }
    }

    private void mustExist() {
        if (!exists()) {
            throw new SecurityException(folder + " has no certificates and users yet");
        }
    }

    private Path tokenKey() {
        return folder.resolve("token-key.pem");
    }

    private TokenFiles tokenFiles(RegistryTokens tokens) {
        return new TokenFiles(folder.resolve("tokens"), tokens, !isSeenHere());
    }

    /** A container is given the folder of its user's token as {@code registry}, beside its other files. */
    private Path tokenSeenAs(String user) {
        return isSeenHere()
                ? TokenFiles.in(folder.resolve("tokens"), user)
                : seenAs.resolve("registry").resolve(TokenFiles.NAME);
    }

    private boolean isSeenHere() {
        return seenAs.equals(folder);
    }

    /** There processes run as other users, each with the files that it is given; the folder itself keeps everybody out. */
    private void openForContainers() throws IOException {
        List<Path> given = new ArrayList<>(List.of(
                folder.resolve("ca.pem"),
                folder.resolve("trust.p12"),
                folder.resolve("server.p12"),
                folder.resolve("server.pem"),
                brokerFile(),
                registryFile()));
        for (String user : users()) {
            given.add(userFile(user));
        }
        for (Path file : given) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        Files.setPosixFilePermissions(userFiles(), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Everybody who has a file. */
    public static List<String> users() {
        List<String> users = new ArrayList<>(AccessRules.users());
        users.add(AccessRules.ADMIN);
        users.add(AccessRules.BROKER);
        return users;
    }

    /** The folder of the users' files. */
    public Path userFiles() {
        return folder.resolve("users");
    }

    /** The file that a user logs in with. */
    public Path userFile(String user) {
        return userFiles().resolve(user + ".properties");
    }

    /** Kafka's settings of the broker. */
    public Path brokerFile() {
        return folder.resolve("broker.properties");
    }

    /** The registry's settings. */
    public Path registryFile() {
        return folder.resolve("registry.properties");
    }

    /** The console's settings that say by which passwords people log in there; for it alone, and its owner. */
    public Path consoleFile() {
        return folder.resolve("console.properties");
    }

    /**
     * The password of one of the console's users.
     *
     * @throws UncheckedIOException if whoever asks may not read it
     */
    public String consolePassword(String user) {
        return ConsolePasswords.of(consoleFile(), user);
    }

    /** Settings with which a user reaches this cluster. */
    public KafkaSettings login(String user, String bootstrapServers, String registryUrl) {
        return UserFile.read(userFile(user)).settings(bootstrapServers, registryUrl);
    }

    /** A user's password at the broker. */
    public String password(String user) {
        return UserFile.read(userFile(user)).password();
    }

    /** Its path. */
    @Override
    public String toString() {
        return folder.toString();
    }
}
