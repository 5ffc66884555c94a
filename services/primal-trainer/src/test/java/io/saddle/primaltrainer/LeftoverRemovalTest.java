package io.saddle.primaltrainer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeftoverRemovalTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final CountDownLatch cutOff = new CountDownLatch(1);

    /** A store that takes its time to clear up. */
    private LeftoverRemoval removal(IOException look) {
        return new LeftoverRemoval((ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(),
                new Class<?>[] {ArtifactStore.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "list" -> {
                        if (look != null) {
                            throw look;
                        }
                        yield List.of();
                    }
                    case "removeLeftovers" -> {
                        begun.countDown();
                        try {
                            goesOn.await();
                        } catch (InterruptedException e) {
                            cutOff.countDown();
                        }
                        throw new IOException("a broken disk");
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
    }

    /** A trainer of a large store was ended before it had started, again and again. */
    @Test
    void theStartDoesNotWaitForItAndAnEndCutsItOff() throws Exception {
        LeftoverRemoval removal = removal(null);

        removal.start();

        begun.await();
        removal.stop();
        cutOff.await();
    }

    @Test
    void whatCannotBeRemovedEndsNoTrainer() throws Exception {
        LeftoverRemoval removal = removal(null);
        removal.start();
        begun.await();

        goesOn.countDown();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("leftover-removal")));
        removal.stop();
    }

    @Test
    void aStoreThatIsAwayIsLeftAloneAndOneOfWrongSettingsIsRefused() throws Exception {
        LeftoverRemoval away = removal(new ArtifactException(Reason.UNAVAILABLE, "the server is away"));
        away.start();
        away.stop();
        assertFalse(begun.getCount() == 0);

        ArtifactException wrong = ArtifactException.unavailable("no such bucket", "no such bucket", false, null);
        assertSame(
                wrong,
                assertThrows(ArtifactException.class, () -> removal(wrong).start()));
    }
}
