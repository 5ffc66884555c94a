package io.saddle.primaltrainer;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.service.ServiceComponent;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The removal of what dead writers left in the artifact store, once after the start. Runs do not wait for it: a look at all of a large
 * store takes longer than a start may, and what it removes has lain untouched for {@link ArtifactStore#LEFTOVER_AGE}, which nothing of a
 * live writer's does.
 */
@Singleton
class LeftoverRemoval implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(LeftoverRemoval.class);
    /** A name to look for, whether there is such a run or not. */
    private static final String ANY_RUN = "leftovers";

    private final ArtifactStore artifacts;
    private volatile Thread work;

    LeftoverRemoval(ArtifactStore artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * Looks into the store, and removes what is left there on a thread of its own.
     *
     * @throws ArtifactException if the store's settings or rights have to be changed; one that is away keeps runs waiting, which say so
     */
    @Override
    public void start() throws ArtifactException {
        try {
            artifacts.list(ANY_RUN, "");
        } catch (IOException e) {
            if (e instanceof ArtifactException refused && !refused.mayPass()) {
                throw refused;
            }
            stays(e);
            return;
        }
        work = new Thread(this::remove, "leftover-removal");
        work.setDaemon(true);
        work.start();
    }

    private void remove() {
        try {
            artifacts.removeLeftovers();
        } catch (IOException | RuntimeException e) {
            stays(e);
        }
    }

    /** A later start clears up. */
    private static void stays(Exception why) {
        LOG.warn("what dead writers left in the artifact store stays for now: {}", why.toString());
    }

    /** A removal that is cut off is as good as one that has not begun. */
    @Override
    public void stop() {
        Thread begun = work;
        if (begun != null) {
            begun.interrupt();
        }
    }
}
