package io.saddle.primaltrainer.progress;

/** What other services have said, and a trainer cannot read. */
public final class Unread {

    /** For people. */
    public static final String REMEDY =
            "see to what is named: that the schema registry (saddle.registry.url) and Kafka answer the trainer, that the"
                    + " topics are there (./saddle setup makes them), and that the trainer's login may read them and their groups";

    private Unread() {}
}
