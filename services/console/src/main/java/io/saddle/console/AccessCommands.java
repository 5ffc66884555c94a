package io.saddle.console;

import io.saddle.console.access.AccessTokens;
import io.saddle.console.access.Projects;
import io.saddle.console.access.Requester;
import io.saddle.console.access.TokenSecret;
import io.saddle.run.spec.Problem;
import io.saddle.schema.AccessToken;
import io.saddle.schema.Project;
import io.saddle.schema.TokenRole;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The only writer of tokens and projects. A command is done when its record is durable. */
@ApplicationScoped
public class AccessCommands {

    /** As labels have it. */
    private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_DESCRIPTION = 500;
    private static final int MOST_MEMBERS = 500;
    private static final int LONGEST_DAYS = 366;
    private static final int DAYS = 90;

    private final AccessTokens tokens;
    private final Projects projects;
    private final ProjectGuard guard;
    private final RunSummaries summaries;
    private final Requester requester;
    private final RecordWriter records;
    private final Clock clock;

    public AccessCommands(
            AccessTokens tokens,
            Projects projects,
            ProjectGuard guard,
            RunSummaries summaries,
            Requester requester,
            RecordWriter records,
            Clock clock) {
        this.tokens = tokens;
        this.projects = projects;
        this.guard = guard;
        this.summaries = summaries;
        this.requester = requester;
        this.records = records;
        this.clock = clock;
    }

    /**
     * A token that is wanted.
     *
     * @param name what it is for
     * @param role viewer or operator; null: viewer
     * @param days until it opens nothing more; null: {@value #DAYS}
     * @param projects that it may change something in; null or empty: whatever its owner may
     */
    record WantedToken(String name, String role, Integer days, List<String> projects) {}

    /** A token with what only whoever asked for it gets to see. */
    record NewToken(AccessToken token, TokenSecret secret) {}

    /**
     * Makes a token in the name of whoever asks.
     *
     * @throws Refusal with every mistake; if nobody has to prove a name here; or if a token asks for one
     */
    synchronized NewToken create(WantedToken wanted) {
        if (!requester.isProven()) {
            throw Refusal.conflict("this console asks nobody for a login: a token would open nothing"
                    + " ('./saddle up --secured' makes a stack whose console asks)");
        }
        if (requester.token().isPresent()) {
            throw Refusal.forbidden("a token makes no tokens: log in with a password or at the provider");
        }
        List<Problem> problems = new ArrayList<>();
        String name = text("name", wanted.name(), LONGEST_NAME, problems);
        TokenRole role = TokenRole.VIEWER;
        if (wanted.role() != null && !wanted.role().equals("viewer")) {
            role = TokenRole.OPERATOR;
            if (!wanted.role().equals("operator")) {
                problems.add(new Problem("role", "must be viewer or operator, was '" + wanted.role() + "'"));
            }
        }
        int days = wanted.days() == null ? DAYS : wanted.days();
        if (days < 1 || days > LONGEST_DAYS) {
            problems.add(new Problem("days", "must be 1 to " + LONGEST_DAYS + ", was " + days));
        }
        List<String> only = wanted.projects() == null ? List.of() : wanted.projects();
        for (int i = 0; i < only.size(); i++) {
            requireProjectName("projects[" + i + "]", only.get(i), problems);
        }
        refuse("the token has mistakes", problems);
        TokenSecret secret = TokenSecret.random();
        AccessToken token = AccessToken.newBuilder()
                .setTokenId(secret.id())
                .setRevision(1)
                .setName(name)
                .setOwner(requester.name())
                .setRole(role)
                .setProjects(List.copyOf(only))
                .setSecretHash(secret.hash())
                .setCreatedAt(now())
                .setExpiresAt(now().plus(Duration.ofDays(days)))
                .setUpdatedAt(now())
                .setUpdatedBy(requester.name())
                .build();
        return new NewToken(put(token), secret);
    }

    /**
     * Ends a token; twice is once.
     *
     * @throws Refusal if there is none, or it is somebody else's
     */
    synchronized AccessToken revoke(String id) {
        AccessToken token = tokens.find(id)
                .orElseThrow(() -> Refusal.notThere(
                        "there is no token '" + id + "'; './saddle token list' shows those that there are"));
        guard.letThroughUnbound();
        if (!requester.isAdmin() && !token.getOwner().equals(requester.name())) {
            throw Refusal.forbidden("token '" + id + "' is " + token.getOwner() + "'s; he or an admin revokes it");
        }
        if (token.getRevoked()) {
            return token;
        }
        return put(AccessToken.newBuilder(token)
                .setRevision(token.getRevision() + 1)
                .setRevoked(true)
                .setUpdatedAt(now())
                .setUpdatedBy(requester.name())
                .build());
    }

    private AccessToken put(AccessToken token) {
        records.write(Topics.ACCESS_TOKENS, token.getTokenId(), token, () -> tokens.put(token));
        return token;
    }

    /**
     * What a project is to be.
     *
     * @param description null: as it is
     * @param members all of them; null: as they are
     * @param revision that the change was made for, 0: none, it is to be a new one; null: whichever is the newest
     */
    record WantedProject(String description, List<String> members, Long revision) {}

    /**
     * Defines a project, or changes it. Whoever defines one is among its members where he names no other.
     *
     * @throws Refusal with every mistake, if whoever asks is no member of it, or it was changed meanwhile
     */
    synchronized Project set(String name, WantedProject wanted) {
        List<Problem> problems = new ArrayList<>();
        requireProjectName("name", name, problems);
        Optional<Project> known = projects.find(name);
        letThrough(name, known);
        if (known.isEmpty() && isInUse(name)) {
            guard.letThroughAdmins("runs or pipelines have the label " + ProjectGuard.LABEL + "=" + name
                    + " already, and who defines the project decides who may change them: an admin does that");
        }
        long revision = known.map(Project::getRevision).orElse(0L);
        if (wanted.revision() != null && wanted.revision() != revision) {
            throw Refusal.conflict(
                    wanted.revision() == 0
                            ? "there is a project '" + name + "' already: look at it, and change that"
                            : "project '" + name + "' has been changed meanwhile (revision " + revision
                                    + ", the change is for " + wanted.revision() + "): look at it and change it again");
        }
        String description = known.map(Project::getDescription).orElse("");
        if (wanted.description() != null) {
            description = wanted.description().strip();
            if (description.length() > LONGEST_DESCRIPTION) {
                problems.add(new Problem("description", "must have at most " + LONGEST_DESCRIPTION + " characters"));
            }
        }
        List<String> members = members(wanted, known, problems);
        refuse("the project has mistakes", problems);
        if (known.isPresent()
                && known.get().getDescription().equals(description)
                && known.get().getMembers().equals(members)) {
            return known.get();
        }
        Project project = Project.newBuilder()
                .setName(name)
                .setRevision(projects.nextRevision(name))
                .setDescription(description)
                .setMembers(members)
                .setUpdatedAt(now())
                .setUpdatedBy(requester.name())
                .build();
        records.write(Topics.PROJECTS, name, project, () -> projects.put(project));
        return project;
    }

    private boolean isInUse(String project) {
        return guard.isNamedByPipelines(project)
                || summaries.find(RunFilter.EVERY, ListPage.WHOLE).lines().stream()
                        .anyMatch(run -> project.equals(run.labels().get(ProjectGuard.LABEL)));
    }

    private List<String> members(WantedProject wanted, Optional<Project> known, List<Problem> problems) {
        if (wanted.members() == null) {
            return known.map(Project::getMembers).orElseGet(() -> List.of(requester.name()));
        }
        if (wanted.members().isEmpty() || wanted.members().size() > MOST_MEMBERS) {
            problems.add(new Problem(
                    "members",
                    "must be 1 to " + MOST_MEMBERS + " names, were "
                            + wanted.members().size()));
        }
        Set<String> members = new LinkedHashSet<>();
        if (known.isEmpty() && !requester.isAdmin()) {
            // Else he could neither change it nor its runs from here on.
            members.add(requester.name());
        }
        for (int i = 0; i < wanted.members().size(); i++) {
            members.add(text("members[" + i + "]", wanted.members().get(i), LONGEST_NAME, problems));
        }
        return List.copyOf(members);
    }

    /**
     * Deletes a project; its runs are everybody's from then on.
     *
     * @throws Refusal if there is none, or whoever asks is no member of it
     */
    synchronized void delete(String name) {
        Optional<Project> known = projects.find(name);
        if (known.isEmpty()) {
            throw Refusal.notThere(
                    "there is no project '" + name + "'; './saddle project list' shows those that there are");
        }
        letThrough(name, known);
        records.write(Topics.PROJECTS, name, null, () -> projects.remove(name));
    }

    private void letThrough(String name, Optional<Project> known) {
        guard.letThroughUnbound();
        if (known.isPresent() && !guard.isMember(known.get())) {
            throw Refusal.forbidden("only members of '" + name + "' ("
                    + String.join(", ", known.get().getMembers()) + ") and admins change it");
        }
    }

    private static void requireProjectName(String place, String name, List<Problem> problems) {
        if (name == null || !PROJECT.matcher(name).matches()) {
            problems.add(new Problem(
                    place,
                    "must be 1 to 63 letters, digits, '.', '_' or '-', the first and the last a letter or a digit, was '"
                            + name + "'"));
        }
    }

    /** Without spaces around it. */
    private static String text(String place, String text, int longest, List<Problem> problems) {
        String stripped = text == null ? "" : text.strip();
        if (stripped.isEmpty() || stripped.length() > longest) {
            problems.add(new Problem(
                    place,
                    stripped.isEmpty()
                            ? "is required"
                            : "must have at most " + longest + " characters, has " + stripped.length()));
        }
        return stripped;
    }

    private static void refuse(String what, List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw Refusal.invalid(what, problems);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
