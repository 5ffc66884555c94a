package io.saddle.console.access;

import io.saddle.schema.Project;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The projects, as the topic has them. Written by the reader's thread and by whoever wrote a record, read by any. */
@ApplicationScoped
public class Projects {

    private final Map<String, Project> projects = new TreeMap<>();
    /** A reader that begins anew brings what was said before: it must not bring anything back. */
    private final Map<String, Long> newestRevisions = new HashMap<>();

    /** A lower revision never replaces a higher one. */
    public synchronized void put(Project project) {
        if (project.getRevision() >= newestRevisions.getOrDefault(project.getName(), 0L)) {
            newestRevisions.put(project.getName(), project.getRevision());
            projects.put(project.getName(), project);
        }
    }

    /** The project is deleted; the next of its name has a higher revision. */
    public synchronized void remove(String name) {
        projects.remove(name);
    }

    public synchronized Optional<Project> find(String name) {
        return Optional.ofNullable(projects.get(name));
    }

    /** The revision of the next record of this project. */
    public synchronized long nextRevision(String name) {
        return newestRevisions.getOrDefault(name, 0L) + 1;
    }

    /** Every one, by name. */
    public synchronized List<Project> all() {
        return List.copyOf(projects.values());
    }
}
