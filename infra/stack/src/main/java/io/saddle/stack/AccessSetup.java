package io.saddle.stack;

import io.saddle.stack.security.UserFile;
import io.saddle.topic.AccessRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.resource.ResourcePatternFilter;

/** Tells a secured Kafka of its users and of what each may do, and takes back what an earlier version allowed them beyond. */
public final class AccessSetup {

    private static final ScramCredentialInfo SCRAM = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192);

    private static final Duration IN_FORCE_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Admin admin;
    private final Path users;

    /** @param users folder of the users' files */
    public AccessSetup(Admin admin, Path users) {
        this.admin = admin;
        this.users = users;
    }

    /**
     * @return what was done, for people
     * @throws StackException if Kafka refuses it
     */
    public String run() {
        try {
            List<UserScramCredentialAlteration> credentials = new ArrayList<>();
            Set<AclBinding> wanted = new HashSet<>();
            Set<AclBinding> present = new HashSet<>();
            for (String user : AccessRules.users()) {
                credentials.add(new UserScramCredentialUpsertion(user, SCRAM, password(user)));
                wanted.addAll(AccessRules.of(user));
                present.addAll(present(user));
            }
            // The first who can log in knows the password otherwise; a broker that lets its own host in learns it here.
            credentials.add(new UserScramCredentialUpsertion(AccessRules.ADMIN, SCRAM, password(AccessRules.ADMIN)));
            admin.alterUserScramCredentials(credentials).all().get();
            List<AclBinding> missing =
                    wanted.stream().filter(rule -> !present.contains(rule)).toList();
            List<AclBinding> beyond =
                    present.stream().filter(rule -> !wanted.contains(rule)).toList();
            admin.createAcls(missing).all().get();
            admin.deleteAcls(beyond.stream().map(AclBinding::toFilter).toList())
                    .all()
                    .get();
            awaitInForce(missing);
            return credentials.size() + " users, " + wanted.size() + " rules; " + missing.size() + " made, "
                    + beyond.size() + " taken back";
        } catch (ExecutionException e) {
            throw new StackException(
                    "Kafka's users and rules cannot be set up: " + e.getCause().getMessage() + remedy(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while users and rules were set up", e);
        }
    }

    private String remedy(Throwable cause) {
        return cause instanceof ClusterAuthorizationException
                ? "; only " + AccessRules.ADMIN + " may do that: --login " + file(AccessRules.ADMIN)
                : "";
    }

    /**
     * Kafka confirms what its controller has; a broker takes it up a moment later, rules after credentials: until then whoever comes
     * with a new password is refused for good.
     */
    private void awaitInForce(List<AclBinding> made) throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + IN_FORCE_WITHIN.toNanos();
        while (!admin.describeAcls(AclBindingFilter.ANY).values().get().containsAll(made)) {
            if (System.nanoTime() > end) {
                throw new StackException("Kafka has not taken up its users and rules within "
                        + IN_FORCE_WITHIN.toSeconds() + " s; see its log, and run ./saddle setup again");
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
    }

    private String password(String user) {
        return UserFile.read(file(user)).password();
    }

    private Path file(String user) {
        return users.resolve(user + ".properties");
    }

    private Collection<AclBinding> present(String user) throws ExecutionException, InterruptedException {
        return admin.describeAcls(new AclBindingFilter(
                        ResourcePatternFilter.ANY,
                        new AccessControlEntryFilter("User:" + user, null, AclOperation.ANY, AclPermissionType.ANY)))
                .values()
                .get();
    }
}
