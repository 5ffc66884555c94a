package io.saddle.stack.security;

import io.saddle.artifact.DurableFiles;
import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes a certificate authority and a server's certificate, by the JDK's keytool. */
final class Certificates {

    static final String TYPE = "PKCS12";
    static final int DAYS = 3650;

    private static final String STORE_PASSWORD = "SADDLE_STORE_PASSWORD";
    private static final String ISSUER = "authority";
    static final String SERVER = "server";

    private static final List<String> FILES = List.of("authority.new", "ca.pem", "trust.p12", "server.p12");

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes whatever is missing of {@code authority}, {@code ca.pem}, {@code trust.p12} and {@code server.p12}. The authority is
     * finished last, so that a folder that has one has everything.
     *
     * @param authority name of the authority's key store
     * @param hosts what the server's certificate is valid for
     */
    static void make(Path folder, String authority, StorePasswords passwords, List<String> hosts) throws IOException {
        if (Files.exists(folder.resolve(authority))) {
            return;
        }
        Certificates made = new Certificates(folder);
        for (String leftover : FILES) {
            Files.deleteIfExists(folder.resolve(leftover));
        }
        String store = passwords.store();
        made.keyPair(
                "authority.new",
                store,
                ISSUER,
                "CN=saddle-authority -ext bc:c=ca:true,pathlen:0 -ext ku:c=keyCertSign");
        made.tool("authority.new", store, "-exportcert -rfc -alias authority -file ca.pem");
        made.tool("trust.p12", passwords.trust(), "-importcert -noprompt -alias authority -file ca.pem");
        made.keyPair("server.p12", store, SERVER, "CN=" + AccessRules.BROKER);
        made.tool("server.p12", store, "-certreq -alias server -file server.csr");
        made.tool(
                "authority.new",
                store,
                "-gencert -alias authority -infile server.csr -outfile server.pem -validity " + DAYS
                        + " -ext eku=serverAuth,clientAuth -ext",
                "san=" + alternativeNames(hosts));
        made.tool("server.p12", store, "-importcert -noprompt -alias authority -file ca.pem");
        made.tool("server.p12", store, "-importcert -alias server -file server.pem");
        Files.delete(folder.resolve("server.csr"));
        Files.delete(folder.resolve("server.pem"));
        for (String secret : List.of("authority.new", "server.p12")) {
            Files.setPosixFilePermissions(folder.resolve(secret), PosixFilePermissions.fromString("rw-------"));
        }
        for (String file : FILES) {
            DurableFiles.sync(folder.resolve(file));
        }
        Files.move(folder.resolve("authority.new"), folder.resolve(authority));
        DurableFiles.sync(folder);
    }

    private static String alternativeNames(List<String> hosts) {
        return hosts.stream()
                .map(host -> (host.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + host)
                .collect(Collectors.joining(","));
    }

    /** @param name the subject's, with further arguments behind it */
    private void keyPair(String store, String password, String alias, String name) throws IOException {
        tool(
                store,
                password,
                "-genkeypair -alias " + alias + " -keyalg EC -groupname secp256r1 -validity " + DAYS + " -dname "
                        + name);
    }

    /**
     * @param arguments separated by spaces; none of them has one inside
     * @param more further arguments, each by itself
     */
    private void tool(String store, String password, String arguments, String... more) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        // Each of the eight is a JVM that lives for half a second.
        command.add("-J-XX:TieredStopAtLevel=1");
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of(more));
        // By the environment: everybody can read a process's arguments.
        command.addAll(List.of("-keystore", store, "-storetype", TYPE, "-storepass:env", STORE_PASSWORD));
        ProcessBuilder tool =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        tool.environment().put(STORE_PASSWORD, password);
        Process process = tool.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new SecurityException(
                        "keytool " + arguments.split(" ")[0] + " failed in " + folder + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SecurityException("interrupted while certificates were made");
        }
    }
}
