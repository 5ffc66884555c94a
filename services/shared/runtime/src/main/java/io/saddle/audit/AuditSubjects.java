package io.saddle.audit;

import io.saddle.schema.AuditEntry;

/** Whom entries of the audit belong to. */
public final class AuditSubjects {

    private AuditSubjects() {}

    /** True of an entry of this key, and of what belongs to it: RUN has RUN/CONSTRAINT, too, a data set its versions. */
    public static boolean isOf(String subject, AuditEntry entry) {
        String key = entry.getKey();
        return key.equals(subject) || key.startsWith(subject + "/") || key.startsWith(subject + "@");
    }
}
