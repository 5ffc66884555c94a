package io.saddle.cli.doctor;

import io.saddle.topic.ConsumerGroups;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** The dual updater of another stack: it announces itself to nobody, but its group has members while it is at work. */
final class DualUpdaterCheck {

    static final String NAME = "dual updater";

    /** Of its Kafka Streams. */
    private DualUpdaterCheck() {}

    static Finding of(Admin admin) throws ExecutionException, InterruptedException {
        int members;
        try {
            members = admin.describeConsumerGroups(List.of(ConsumerGroups.DUAL_UPDATER))
                    .all()
                    .get()
                    .get(ConsumerGroups.DUAL_UPDATER)
                    .members()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Finding.skipped(NAME, "this login may not see the group " + ConsumerGroups.DUAL_UPDATER);
            }
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
            members = 0;
        }
        return members > 0
                ? Finding.ok(NAME, "at work: the group " + ConsumerGroups.DUAL_UPDATER + " has members")
                : Finding.failed(
                        NAME,
                        "the group " + ConsumerGroups.DUAL_UPDATER + " has no member: no multiplier moves",
                        "start it, and see its log and /q/health/ready");
    }
}
