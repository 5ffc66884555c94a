package io.saddle.stack.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.TokenFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityFolderTest {

    @TempDir
    static Path temporary;

    private static Path folder;

    /** Once: keytool takes its seconds. */
    @BeforeAll
    static void make() {
        folder = temporary.resolve("security");
        SecurityFolder.at(folder).seenAs(Path.of("/run/secrets")).make(List.of("kafka", "10.0.0.7"));
    }

    /** A folder that lacks everything but certificates and the tokens' key, which are those of the one above. */
    private static SecurityFolder certified(Path own) throws IOException {
        Files.createDirectories(own);
        for (String name :
                List.of("authority.p12", "ca.pem", "trust.p12", "server.p12", "stores.properties", "token-key.pem")) {
            Files.copy(folder.resolve(name), own.resolve(name));
        }
        return SecurityFolder.at(own);
    }

    /** Each failed renewal left a file behind, part of a token in it. */
    @Test
    void ofASecretThatCannotBePutInPlaceNothingStays(@TempDir Path own) throws Exception {
        Path taken = Files.createDirectories(own.resolve("token").resolve("by-a-folder"))
                .getParent();
        assertThrows(IOException.class, () -> SecretFile.replace(taken, "secret", SecretFile.FOR_OWNER));
        try (Stream<Path> there = Files.list(own)) {
            assertEquals(List.of(taken), there.toList());
        }
    }

    private TreeMap<String, String> content() throws Exception {
        TreeMap<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(
                        folder.relativize(file).toString(),
                        Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                                .replaceAll("(?m)^#.*$", ""));
            }
        }
        return content;
    }

    @Test
    void aFolderThatWasOpenToOthersIsClosedBeforeAnythingIsWritten(@TempDir Path own) throws IOException {
        Path open = own.resolve("security");
        SecurityFolder security = certified(open).seenAs(Path.of("/run/secrets"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

        security.make(List.of("kafka"));

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(open)));
    }

    @Test
    void whatIsThereIsKeptAndWhatIsMissingIsMadeAnew() throws Exception {
        TreeMap<String, String> before = content();
        SecurityFolder.at(folder).seenAs(Path.of("/run/secrets")).make(List.of("other"));
        assertEquals(before, content());

        String viewer = "users/viewer.properties";
        Files.delete(folder.resolve(viewer));
        SecurityFolder.at(folder).seenAs(Path.of("/run/secrets")).make(List.of("other"));
        TreeMap<String, String> after = content();
        assertNotEquals(before.remove(viewer), after.remove(viewer), "another password");
        assertEquals(before, after);
    }

    @Test
    void aCertificateThatAFullDiskLeftEmptyIsWrittenAgain(@TempDir Path own) throws IOException {
        Path secrets = own.resolve("secrets");
        SecurityFolder security = certified(secrets);
        Files.createFile(secrets.resolve("server.pem"));

        security.make(List.of("kafka"));

        assertEquals(Files.readString(folder.resolve("server.pem")), Files.readString(secrets.resolve("server.pem")));
    }

    @Test
    void aTokensKeyThatIsNotWholeIsNamedWithTheRemedy(@TempDir Path own) throws IOException {
        Path secrets = own.resolve("secrets");
        SecurityFolder security = certified(secrets);
        Path key = secrets.resolve("token-key.pem");
        for (String left : List.of("", Files.readString(key).substring(0, 100))) {
            Files.writeString(key, left);
            String message = assertThrows(SecurityException.class, () -> security.make(List.of("kafka")))
                    .getMessage();
            assertTrue(message.startsWith(key + " holds no RSA key: delete it"), message);
        }

        Files.delete(key);
        security.make(List.of("kafka"));

        assertTrue(Files.exists(key));
    }

    @Test
    void aTokenIsMadeAnewWhenItIsSixHoursOldAndLivesForTwoDays(@TempDir Path own) throws Exception {
        RegistryTokens tokens = RegistryTokens.of(own.resolve("key.pem"));
        TokenFiles files = new TokenFiles(own.resolve("tokens"), tokens, false);
        Path file = TokenFiles.in(own.resolve("tokens"), "console");
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        files.renew(List.of("console"), noon);
        String first = Files.readString(file);
        assertEquals(tokens.of("console", noon), first);
        JsonNode claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(first.split("\\.")[1]));
        assertEquals(
                Duration.ofDays(2),
                Duration.ofSeconds(
                        claims.get("exp").asLong() - claims.get("iat").asLong()));

        files.renew(List.of("console"), noon.plus(Duration.ofHours(5)));
        assertEquals(first, Files.readString(file));
        for (Instant later : List.of(noon.plus(Duration.ofHours(7)), noon.plus(Duration.ofDays(9)))) {
            files.renew(List.of("console"), later);
            assertEquals(tokens.of("console", later), Files.readString(file));
        }
    }

    @Test
    void aClockThatWentBackAndAFileOfNonsenseMakeNoTokenLast(@TempDir Path own) throws Exception {
        RegistryTokens tokens = RegistryTokens.of(own.resolve("key.pem"));
        Instant now = Instant.now();
        assertTrue(tokens.isFresh(tokens.of("console", now), now));
        assertFalse(tokens.isFresh(tokens.of("console", now.plus(Duration.ofDays(3650))), now));
        assertFalse(tokens.isFresh("nonsense", now));
        assertFalse(tokens.isFresh("", now));
    }

    @Test
    void anotherKeySignsEveryTokenAnewAndPasswordsStay(@TempDir Path own) throws Exception {
        SecurityFolder security = SecurityFolder.at(own.resolve("security"));
        assertThrows(SecurityException.class, security::replaceTokenKey);
        assertThrows(SecurityException.class, security::renewTokens);
        certified(own.resolve("security")).make(List.of("127.0.0.1"));
        String password = security.password("console");
        String token = Files.readString(tokenFile(security, "console"));
        String checkedWith = checkedWith(security);
        security.renewTokens();
        assertEquals(token, Files.readString(tokenFile(security, "console")));

        security.replaceTokenKey();

        assertEquals(password, security.password("console"));
        assertNotEquals(checkedWith, checkedWith(security));
        RegistryTokens tokens = RegistryTokens.of(own.resolve("security/token-key.pem"));
        assertFalse(tokens.isFresh(token, Instant.now()));
        for (String user : SecurityFolder.users()) {
            assertTrue(tokens.isFresh(Files.readString(tokenFile(security, user)), Instant.now()), user);
        }
    }

    /** It found no key, or signed with the one before what the registry refuses for six hours. */
    @Test
    void whoRenewsTokensWaitsForWhoReplacesTheirKey(@TempDir Path own) throws Exception {
        SecurityFolder security = certified(own.resolve("security"));
        security.make(List.of("127.0.0.1"));
        CompletableFuture<Void> replaced = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 3; i++) {
                security.replaceTokenKey();
            }
        });
        while (!replaced.isDone()) {
            security.renewTokens();
        }
        replaced.get();
        RegistryTokens tokens = RegistryTokens.of(own.resolve("security/token-key.pem"));
        for (String user : SecurityFolder.users()) {
            assertTrue(tokens.isFresh(Files.readString(tokenFile(security, user)), Instant.now()), user);
        }
    }

    @Test
    void theRegistryOfAnImageIsToldByTheNamesOfItsRelease(@TempDir Path own) throws IOException {
        SecurityFolder local = certified(own.resolve("security"));
        local.make(List.of("127.0.0.1"));
        Map<String, String> here = PropertyFile.read(local.registryFile());
        Map<String, String> image = PropertyFile.read(SecurityFolder.at(folder).registryFile());
        assertEquals("true", here.get("registry.auth.role-based-authorization"));
        assertEquals("true", image.get("apicurio.auth.role-based-authorization"));
        assertEquals("true", image.get("quarkus.oidc.tenant-enabled"));
        assertFalse(image.containsKey("quarkus.oidc.auth-server-url"), "release 3 does not start with an empty one");
        assertEquals("/run/secrets/server.p12", image.get("quarkus.http.ssl.certificate.key-store-file"));
    }

    @Test
    void whoRenewsTokensMakesNoKeyThatTheRegistryDoesNotKnow(@TempDir Path own) throws Exception {
        SecurityFolder security = certified(own.resolve("security"));
        security.make(List.of("127.0.0.1"));
        Path key = own.resolve("security/token-key.pem");
        Files.delete(key);
        assertThrows(SecurityException.class, security::renewTokens);
        assertFalse(Files.exists(key));
    }

    /** A local stack was shut for good: nobody could tell its broker of another password. */
    @Test
    void whoCouldLogInFirstGetsThePasswordOfThenInANewFile(@TempDir Path own) throws Exception {
        SecurityFolder security = certified(own.resolve("security"));
        security.makeKeepingFirstLogins(List.of("127.0.0.1"));
        Map<String, String> admin = PropertyFile.read(security.userFile("admin"));
        String console = security.password("console");
        Map<String, String> broker = PropertyFile.read(security.brokerFile());
        for (String user : SecurityFolder.users()) {
            Files.delete(security.userFile(user));
        }

        security.makeKeepingFirstLogins(List.of());

        assertEquals(admin, PropertyFile.read(security.userFile("admin")));
        assertEquals(broker, PropertyFile.read(security.brokerFile()));
        assertNotEquals(console, security.password("console"));
    }

    /** Where the one of before logs in to say so. */
    @Test
    void whoMakesTheFolderByHandGivesAdminAnotherPassword(@TempDir Path own) throws Exception {
        SecurityFolder security = certified(own.resolve("security"));
        security.make(List.of("127.0.0.1"));
        String password = security.password("admin");
        Files.delete(security.userFile("admin"));
        security.make(List.of());
        assertNotEquals(password, security.password("admin"));
    }

    /** Broker and registry would look for their files where containers have none, and containers could not read their tokens. */
    @Test
    void aFolderThatWasMadeForContainersStaysOneWhenNobodySaysSoAgain(@TempDir Path own) throws Exception {
        Path secrets = own.resolve("secrets");
        certified(secrets).seenAs(Path.of("/run/secrets")).make(List.of("kafka"));
        Map<String, String> broker = PropertyFile.read(secrets.resolve("broker.properties"));
        String checkedWith = checkedWith(SecurityFolder.at(secrets));

        SecurityFolder.at(secrets).asMade().replaceTokenKey();

        SecurityFolder security = SecurityFolder.at(secrets);
        assertNotEquals(checkedWith, checkedWith(security));
        assertEquals(broker, PropertyFile.read(secrets.resolve("broker.properties")));
        assertEquals(
                "/run/secrets/server.p12",
                PropertyFile.read(security.registryFile()).get("quarkus.http.ssl.certificate.key-store-file"));
        assertEquals("rw-r--r--", permissions(tokenFile(security, "console")));
    }

    @Test
    void aFolderOfTheLocalStackIsOneWhereverItWasMoved(@TempDir Path own) throws Exception {
        SecurityFolder security = SecurityFolder.at(own.resolve("security"));
        assertFalse(security.asMade().exists());
        certified(own.resolve("security")).make(List.of("127.0.0.1"));
        Files.move(own.resolve("security"), own.resolve("moved"));

        SecurityFolder.at(own.resolve("moved")).asMade().make(List.of());

        SecurityFolder moved = SecurityFolder.at(own.resolve("moved"));
        assertEquals(
                own.resolve("moved/server.p12").toString(),
                PropertyFile.read(moved.registryFile()).get("quarkus.http.ssl.certificate.key-store-file"));
        assertEquals("rw-------", permissions(tokenFile(moved, "console")));
    }

    private static String checkedWith(SecurityFolder security) {
        return PropertyFile.read(security.registryFile()).get("quarkus.oidc.public-key");
    }

    @Test
    void aFileOfAnEarlierReleaseNamesTheTokensFileAfterwards(@TempDir Path own) throws Exception {
        SecurityFolder security = certified(own.resolve("security"));
        security.make(List.of("127.0.0.1"));
        Map<String, String> now = PropertyFile.read(security.userFile("console"));
        Map<String, String> earlier = new TreeMap<>(now);
        earlier.keySet().removeIf(name -> name.contains("bearer.auth"));
        earlier.put("saddle.registry.client.bearer.auth.credentials.source", "STATIC_TOKEN");
        earlier.put("saddle.registry.client.bearer.auth.token", "of.ten.years");
        PropertyFile.write(security.userFile("console"), earlier);

        security.make(List.of());

        assertEquals(now, PropertyFile.read(security.userFile("console")));
    }

    @Test
    void aContainerFindsItsTokenInAFolderBesideItsOtherFiles() {
        Map<String, String> registry = SecurityFolder.at(folder)
                .login("console", "kafka:9092", "https://registry:8443")
                .registry();
        assertEquals("/run/secrets/registry/token", registry.get(TokenFile.FILE));
        assertFalse(registry.containsKey("bearer.auth.token"));
    }

    @Test
    void theServersCertificateIsTheAuthoritysAndNamesItsHosts() throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate authority =
                (X509Certificate) factory.generateCertificate(Files.newInputStream(folder.resolve("ca.pem")));
        String pem = Files.readString(folder.resolve("server.pem"));
        assertTrue(pem.startsWith("-----BEGIN PRIVATE KEY-----"));
        X509Certificate server = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(
                pem.substring(pem.indexOf("-----BEGIN CERT")).getBytes()));
        server.verify(authority.getPublicKey());
        assertEquals("CN=broker", server.getSubjectX500Principal().getName());
        assertEquals(
                List.of("kafka", "10.0.0.7"),
                server.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1))
                        .toList());
        assertTrue(authority.getBasicConstraints() >= 0 && server.getBasicConstraints() < 0);
    }

    @Test
    void onlyTheOwnerReadsSecrets() throws Exception {
        SecurityFolder local = certified(folder.resolveSibling("local"));
        local.make(List.of("127.0.0.1"));
        assertEquals("rw-------", permissions(local.userFile("console")));
        assertEquals("rwx------", permissions(local.userFiles()));
        assertEquals("rw-------", permissions(tokenFile(local, "console")));
        for (String given : List.of("users/console.properties", "tokens/console/token")) {
            assertEquals("rw-r--r--", permissions(folder.resolve(given)), "for a container's user");
        }
        assertEquals("rwx------", permissions(folder));
        for (String name : List.of("authority.p12", "token-key.pem", "stores.properties", "console.properties")) {
            assertEquals("rw-------", permissions(folder.resolve(name)), name);
        }
    }

    private static Path tokenFile(SecurityFolder security, String user) {
        return TokenFiles.in(security.userFiles().resolveSibling("tokens"), user);
    }

    private static String permissions(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aLoginSaysWhereItsProcessFindsTheTrustAndKeepsItsPasswordOutOfText() {
        SecurityFolder security = SecurityFolder.at(folder);
        KafkaSettings login = security.login("console", "kafka:9092", "https://registry:8443");
        assertEquals("/run/secrets/trust.p12", login.client().get("ssl.truststore.location"));
        assertTrue(login.client().get("sasl.jaas.config").contains(security.password("console")));
        assertFalse(login.toString().contains(security.password("console")));
    }

    @Test
    void theConsolesUsersHavePasswordsOfTheirOwn() throws Exception {
        SecurityFolder security = SecurityFolder.at(folder);
        String file = Files.readString(security.consoleFile());
        for (String user : List.of("operator", "viewer")) {
            String password = security.consolePassword(user);
            assertTrue(password.length() >= 32, user);
            assertTrue(file.contains("saddle.console." + user + "-password=" + password), user);
            assertNotEquals(security.password(user), password, "Kafka's is another");
        }
        assertNotEquals(security.consolePassword("operator"), security.consolePassword("viewer"));
    }

    @Test
    void aSettingThatNoClientReadsIsNamed() throws Exception {
        Path file = temporary.resolve("login.properties");
        Files.writeString(file, "kafka.sasl.mechanism=PLAIN\n");
        String message = assertThrows(IllegalArgumentException.class, () -> UserFile.read(file))
                .getMessage();
        assertTrue(message.contains("'kafka.sasl.mechanism'") && message.contains("login.properties"), message);
    }
}
